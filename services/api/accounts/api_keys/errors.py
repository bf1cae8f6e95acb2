from services.api.http.errors import ApiError


class KeyNotFoundError(ApiError):
    """The caller has no such API key."""


class UnusableKeyError(ApiError):
    """A key that would open nothing, or more than was asked for."""
