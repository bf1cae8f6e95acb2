"""What every domain's errors have in common. They know nothing of HTTP; ``problems.py`` has the table that does."""

from collections.abc import Sequence
from typing import NamedTuple


class WrongField(NamedTuple):
    field: str
    """Dotted path in the body, or the name of a query parameter."""
    detail: str


class ApiError(Exception):
    """Something the caller is told about. The message is for them, and holds nothing secret."""

    def __init__(self, detail: str, *, wrong: Sequence[WrongField] = (), retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.wrong = tuple(wrong)
        self.retry_after = retry_after
        """Seconds after which the same request may succeed."""


class MalformedBodyError(ApiError):
    """The body is not JSON."""


class BodyTooLargeError(ApiError):
    """The body has more bytes than this endpoint takes."""


class MediaTypeError(ApiError):
    """The body says to be something else than JSON."""


class InvalidBodyError(ApiError):
    """The body is JSON, but not what this endpoint takes."""


class InvalidQueryError(ApiError):
    """A query parameter is unknown, missing or has no meaning."""


def wrong_field(field: str, detail: str) -> tuple[str, tuple[WrongField]]:
    """The arguments of an error about one field."""
    return f"{field}: {detail}", (WrongField(field, detail),)
