"""Retention: what a site does not want to keep any longer goes."""
