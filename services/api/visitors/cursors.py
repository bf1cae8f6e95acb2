"""Cursors of lists of visits, newest first. As text: microseconds since the epoch, a dash, the visitor's hex digits."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.api.http.errors import InvalidQueryError

_TEXT = re.compile(r"(\d{1,16})-([0-9a-f]{32})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_ID = UUID(int=0)


class Cursor(NamedTuple):
    """The next page has visits that started earlier or, at the same moment, have a smaller visitor id."""

    started_at: datetime
    visitor_id: UUID


def before(moment: datetime) -> Cursor:
    """Return the cursor at which a list of all visits that started before ``moment`` begins."""
    return Cursor(moment, _FIRST_ID)


def write_cursor(cursor: Cursor) -> str:
    """``started_at``: of 1970 or later."""
    return f"{(cursor.started_at - _EPOCH) // timedelta(microseconds=1)}-{cursor.visitor_id.hex}"


def read_cursor(text: str) -> Cursor:
    """Raises ``InvalidQueryError``."""
    found = _TEXT.fullmatch(text)
    try:
        if found:
            return Cursor(_EPOCH + timedelta(microseconds=int(found[1])), UUID(found[2]))
    except OverflowError:
        pass
    raise InvalidQueryError.for_field("after", "must be the value of next in a response")
