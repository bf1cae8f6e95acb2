"""The accounting contract: what can become of a beacon after it was accepted.

The worker counts each beacon it reads by one of these outcomes; the API's accounting adds them up, and monitoring reads
them as the label ``outcome``. So: accepted = stored + dead + dropped + backlog.
"""

from enum import StrEnum

STORED = "stored"
DEAD = "dead"
"""In the dead letters, with the reason."""
BACKLOG = "backlog"
"""Still on a stream. Never stored as an outcome: the accounting adds it."""
READ = ""
"""How many were read at all, which all other outcomes must add up to."""

_DROPPED = "dropped:"


class DropReason(StrEnum):
    """Why a beacon is not stored, though nothing went wrong."""

    NO_PAGE = "no-page"
    """No host name: the page is a local file or in a frame without an address, and belongs to no site."""
    NO_NAME = "no-name"
    """An event without a name, or a click without a target."""
    NO_VISIT = "no-visit"
    """A leave without an open visit: there is nothing that it could end."""
    REPEATED = "repeated"
    """Stored before under the same id."""
    SITE_DELETED = "site-deleted"
    ERASED = "erased"
    """Sent before its visitor was erased."""


def dropped(reason: DropReason) -> str:
    """Return the outcome of a beacon that is dropped for ``reason``."""
    return f"{_DROPPED}{reason}"


def drop_reason(outcome: str) -> str | None:
    """Return the reason in an outcome that ``dropped`` made, also one of another version; None for others."""
    return outcome.removeprefix(_DROPPED) if outcome.startswith(_DROPPED) else None
