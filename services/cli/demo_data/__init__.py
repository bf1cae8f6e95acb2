"""A year of plausible traffic for the demo site: generated from a seed, and sent through the real write path."""
