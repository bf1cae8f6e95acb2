"""Rollups, which the worker writes and the API reads: dimensions, grains, and sketches of visitors."""

from common.rollups.numbers import Grain, RollupDimension
from common.rollups.sketch import VisitorSketch, visitor_hash

__all__ = ["Grain", "RollupDimension", "VisitorSketch", "visitor_hash"]
