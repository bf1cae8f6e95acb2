"""Formatting of single values for people: numbers, durations, rates and one-line graphs."""

from collections.abc import Sequence
from itertools import pairwise

_UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
_BARS = "▁▂▃▄▅▆▇█"


def cell(value: object) -> str:
    """Return a value on one line, without control characters.

    Visitors choose some of the texts, such as the path of a page; none of them can control the terminal.
    """
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(cell, value)) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{cell(key)}={cell(each)}" for key, each in value.items()) or "-"
    return printable(str(value))


def printable(text: str) -> str:
    """Replace every character that a terminal would not print."""
    return "".join(character if character.isprintable() else _UNPRINTABLE for character in text)


def duration(seconds: float) -> str:
    """Format seconds like ``1h 02m``, ``3m 07s`` or ``12s``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h {minutes:02}m"
    return f"{minutes}m {rest:02}s" if minutes else f"{rest}s"


def percent(value: float) -> str:
    """Format a rate as a whole percentage."""
    return f"{value:.0f}%"


def sparkline(values: Sequence[float], width: int) -> str:
    """Draw a graph of at most ``width`` characters.

    More values than that are summed in groups of neighbors. Only zero is drawn as the lowest bar.
    """
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
