"""Account for the beacons of a stream by the stream's own count.

Each entry carries how many beacons its stream has accepted so far, itself included. So a reader of the entries notices
a missing entry between two others without having seen it.
"""

from collections.abc import Iterable
from typing import NamedTuple


class StreamAccount(NamedTuple):
    """What a sequence of entries adds to the account of their stream."""

    beacons: int
    """Beacons that the stream accepted, including missing ones."""
    missing: int
    """Beacons that were acknowledged and are in no entry: they are lost."""
    total: int
    """The stream's count, up to the last entry."""
    was_reset: bool
    """The stream's count was lower than before: Redis was emptied, or restored from an earlier state."""


def account_for(entries: Iterable[tuple[int, int | None]], total: int | None) -> StreamAccount:
    """``entries``: for each, its number of beacons and the stream's count including it, if it carries one.

    ``total``: the stream's count before the entries; with None, nothing before them counts as missing.
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
