from services.api.http.errors import ApiError


class StreamsAskedInVainError(ApiError):
    """The streams cannot be asked now, so nobody knows what waits in them."""
