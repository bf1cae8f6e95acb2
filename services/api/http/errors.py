"""The base of all API errors. They know nothing of HTTP: the table in ``problems.py`` maps them to responses."""

from collections.abc import Sequence
from typing import NamedTuple, Self


class InvalidField(NamedTuple):
    field: str
    """Dotted path in the body, or the name of a query parameter."""
    detail: str


class ApiError(Exception):
    """An error that is returned to the caller. The message is for them, and contains no secrets."""

    def __init__(self, detail: str, *, fields: Sequence[InvalidField] = (), retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = tuple(fields)
        self.retry_after = retry_after
        """Seconds after which the same request may succeed."""

    @classmethod
    def for_field(cls, field: str, detail: str) -> Self:
        """Return the error of one invalid field."""
        return cls(f"{field}: {detail}", fields=(InvalidField(field, detail),))


class MalformedBodyError(ApiError):
    """The body is not JSON, or is incomplete."""


class BodyTooLargeError(ApiError):
    """The body is larger than the endpoint accepts."""


class MediaTypeError(ApiError):
    """The content type of the body is not JSON."""


class InvalidBodyError(ApiError):
    """The body is JSON, but does not match the model of the endpoint."""


class InvalidQueryError(ApiError):
    """A query parameter is unknown, missing or invalid."""


class StreamsUnavailableError(ApiError):
    """The streams of beacons cannot be read or written at the moment."""
