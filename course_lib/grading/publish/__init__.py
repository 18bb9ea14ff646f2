"""From results to what people read: grades, tables for platforms, pages."""
