"""Data retention: what is to go, what has gone, and having it go now. The worker does it."""
