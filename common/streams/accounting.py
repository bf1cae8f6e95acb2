"""Adding up what came onto a stream, by the stream's own count.

Each entry tells how many beacons its stream ever took, itself included. So whoever reads the entries in order sees
whether one is missing between two, without having seen it.
"""

from collections.abc import Iterable
from typing import NamedTuple


class StreamAccount(NamedTuple):
    """What a row of entries adds to what was known before."""

    beacons: int
    """That came onto the stream, also those that are missing."""
    missing: int
    """Of these, what no entry holds: it was acknowledged, and is gone."""
    total: int
    """The stream's own count, up to the last entry."""
    was_reset: bool
    """The stream's count was lower than before: Redis was emptied, or went back to an earlier moment."""


def account_for(entries: Iterable[tuple[int, int | None]], total: int | None) -> StreamAccount:
    """``entries``: how many beacons each holds, and the stream's count with it, if it tells.

    ``total``: the stream's count before them; None where nobody knows, so that nothing before them is missing.
    """
    beacons = missing = 0
    was_reset = False
    for count, after in entries:
        beacons += count
        if after is None:
            continue
        gap = 0 if total is None else after - count - total
        if gap > 0:
            missing += gap
        was_reset |= gap < 0
        total = after
    return StreamAccount(beacons + missing, missing, total or 0, was_reset)
