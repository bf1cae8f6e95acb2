"""Rollups: their state, and rebuilding them."""
