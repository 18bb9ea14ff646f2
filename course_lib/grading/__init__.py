"""From submissions to grades: nbval runs what a student wrote in a sandbox, and compares outside it."""

GRADED, PERSON, REFUSED = 0, 1, 2  # exit codes: all graded; some need a person; nothing was graded
