"""Signed requests: the holder of a site's private key can read its reports, as with a share link, and nothing else."""
