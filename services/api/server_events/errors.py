from services.api.http.errors import ApiError


class BacklogError(ApiError):
    """The streams hold so much that an import would delay live traffic."""


class StreamsAwayError(ApiError):
    """Redis does not answer or refuses to keep more. Nothing was kept; the same events can be sent again."""
