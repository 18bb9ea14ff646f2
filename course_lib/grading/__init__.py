"""From submissions to grades: what a student wrote is run by nbval in a sandbox, and compared outside it."""

GRADED, PERSON, REFUSED = 0, 1, 2  # exit codes: all graded; some need a person; nothing was graded
