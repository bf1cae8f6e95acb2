"""Measurements of single steps, for optimizing one: ``python -m benchmarks.parts.steps``."""
