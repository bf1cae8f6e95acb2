"""Accounting: of every accepted beacon, where it is."""
