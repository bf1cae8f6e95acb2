"""Data retention: what a site no longer keeps, what was deleted, and requesting deletion. The worker deletes."""
