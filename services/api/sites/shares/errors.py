from services.api.http.errors import ApiError


class ShareNotFoundError(ApiError):
    """There is no such link, or it was revoked, or it is another site's: which of them is not told."""


class SharePasswordNeededError(ApiError):
    """The link has a password, and what was sent is none or another one."""
