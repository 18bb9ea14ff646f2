"""What a sheet asks for, and what of a submission counts. Nothing of a student's runs here."""
