from services.api.http.errors import ApiError


class OverrideNotFoundError(ApiError):
    """The site has no such override."""


class TooManyOverridesError(ApiError):
    """A site has at most so many overrides."""
