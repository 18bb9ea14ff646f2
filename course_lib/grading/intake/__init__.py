"""What came in, and whose it is: one Submission for each student and sheet."""
