"""Pairing: a QR code that a phone reads, and then sees a site's numbers."""
