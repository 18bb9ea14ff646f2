"""From submissions to grades: nbval runs what a student wrote in a sandbox, and compares outside it."""
