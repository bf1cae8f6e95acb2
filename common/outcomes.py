"""The accounting contract: the possible outcomes of an accepted beacon.

The worker counts each beacon that it reads under one of these outcomes, the accounting of the API adds them up, and
monitoring reads them as the label ``outcome``: accepted = stored + dead + dropped + backlog.
"""

from enum import StrEnum

STORED = "stored"
DEAD = "dead"
"""Kept as a dead letter, with the reason."""
BACKLOG = "backlog"
"""Still in a stream. Never stored as an outcome; the accounting adds it."""
READ = ""
"""The number of beacons read, which must equal the sum of all other outcomes."""

_DROPPED = "dropped:"


class DropReason(StrEnum):
    """Why a valid beacon is not stored."""

    NO_PAGE = "no-page"
    """No host name: the page is a local file or in a frame without an address, and belongs to no site."""
    NO_NAME = "no-name"
    """An event without a name, or a click without a target."""
    NO_VISIT = "no-visit"
    """A leave without an open visit."""
    REPEATED = "repeated"
    """An event with the same id is already stored."""
    SITE_DELETED = "site-deleted"
    ERASED = "erased"
    """Sent before its visitor was erased."""


def dropped(reason: DropReason) -> str:
    """Return the outcome of a beacon that is dropped for ``reason``."""
    return f"{_DROPPED}{reason}"


def drop_reason(outcome: str) -> str | None:
    """Return the reason in an outcome that ``dropped`` made, also in another version; None for other outcomes."""
    return outcome.removeprefix(_DROPPED) if outcome.startswith(_DROPPED) else None
