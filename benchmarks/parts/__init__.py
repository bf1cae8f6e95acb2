"""Measurements of single parts, for whoever makes one faster: ``python -m benchmarks.parts.steps``."""
