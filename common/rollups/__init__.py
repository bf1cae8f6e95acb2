"""What the worker counts in advance and the API reads: dimensions and grains by number, and sketches of visitors."""

from common.rollups.numbers import Grain, Rolled
from common.rollups.sketch import VisitorSketch, visitor_hash

__all__ = ["Grain", "Rolled", "VisitorSketch", "visitor_hash"]
