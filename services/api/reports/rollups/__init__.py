"""Reads rollups, deltas that are not in them yet, and raw rows of stale days."""
