"""What is put into the pages of a site so that they are counted."""
