"""Pairing: a QR code that gives a device access to the reports of a site."""
