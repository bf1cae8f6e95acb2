"""What administrators need to run an install: accounting, audit log, rollups."""
