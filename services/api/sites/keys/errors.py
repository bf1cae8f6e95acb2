from services.api.http.errors import ApiError


class SiteKeyNotFoundError(ApiError):
    """The site has no such key, or it was revoked."""


class SiteKeyKnownError(ApiError):
    """The site has, or had, this very key: what was revoked stays revoked."""


class TooManySiteKeysError(ApiError):
    """The site has as many keys as it may."""
