"""Adding up what came onto a stream, by the stream's own count.

Each entry tells how many beacons its stream ever took, itself included. So whoever reads the entries in order sees
whether one is missing between two, without having seen it.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Taken(NamedTuple):
    """What a row of entries adds to what was known before."""

    beacons: int
    """That came onto the stream, also those that are missing."""
    missing: int
    """Of these, what no entry holds: it was acknowledged, and is gone."""
    total: int
    """The stream's own count, up to the last entry."""
    begun_anew: bool
    """The stream's count was lower than before: Redis was emptied, or went back to an earlier moment."""


def taken(entries: Iterable[tuple[int, int | None]], total: int | None) -> Taken:
    """``entries``: how many beacons each holds, and the stream's count with it, if it tells.

    ``total``: the stream's count before them; None where nobody knows, so that nothing before them is missing.
    """
    beacons = missing = 0
    begun_anew = False
    for count, after in entries:
        beacons += count
        if after is None:
            continue
        gap = 0 if total is None else after - count - total
        if gap > 0:
            missing += gap
        begun_anew |= gap < 0
        total = after
    return Taken(beacons + missing, missing, total or 0, begun_anew)
