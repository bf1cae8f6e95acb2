from services.api.errors import ApiError


class StreamsAskedInVainError(ApiError):
    """The streams cannot be asked now, so nobody knows what waits in them."""
