"""Accounting: what happened to each accepted beacon."""
