"""Looking at a whole install, and saying what to do."""
