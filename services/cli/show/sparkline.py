"""A graph in one line."""

from collections.abc import Sequence
from itertools import pairwise

_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """At most ``width`` characters; where there are more values, neighbours are summed. Nothing is the lowest bar,
    and something is never drawn as nothing."""
    values = _merged(values, width)
    highest = max(values, default=0)
    return "".join(_BARS[_height(value, highest)] for value in values)


def _height(value: float, highest: float) -> int:
    return 0 if value <= 0 else max(1, round(value / highest * (len(_BARS) - 1)))


def _merged(values: Sequence[float], width: int) -> Sequence[float]:
    if len(values) <= width:
        return values
    edges = [round(number * len(values) / width) for number in range(width + 1)]
    return [sum(values[begin:end]) for begin, end in pairwise(edges)]
