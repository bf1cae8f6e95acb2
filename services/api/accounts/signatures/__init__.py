"""Signed requests: who holds a site's private key sees that site's numbers, as by a share link, and nothing else."""
