from services.api.http.errors import ApiError


class SiteNotFoundError(ApiError):
    """There is no such site, or it is not the caller's: which of them is not told."""


class SiteNameTakenError(ApiError):
    """Names are unique in an install."""
