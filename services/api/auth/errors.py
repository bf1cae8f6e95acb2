from services.api.errors import ApiError


class UnauthenticatedError(ApiError):
    """No access token, or one that does not count: expired, tampered with, of a user who is gone."""


class InvalidCredentialsError(ApiError):
    """Unknown user, wrong password or disabled user: which of them is not told."""


class InvalidRefreshTokenError(ApiError):
    """Unknown, expired, revoked or used before; which of them is not told."""


class ForbiddenError(ApiError):
    """The caller is known, and may not."""


class InsufficientScopeError(ForbiddenError):
    """An API key that was not made for this."""
