"""Reproducible measurements of the write path: ``python -m benchmarks``."""
