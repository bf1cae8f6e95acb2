from services.api.http.errors import ApiError


class UnauthenticatedError(ApiError):
    """No access token, or one that does not count: expired, tampered with, of a user who is gone."""


class InvalidCredentialsError(ApiError):
    """Unknown user, wrong password or disabled user: which of them is not told."""


class TooManyAttemptsError(ApiError):
    """The account or the network has failed too often; known and unknown users alike."""


class SecondFactorNeededError(ApiError):
    """The password is right, and the account wants a code as well."""


class InvalidCodeError(ApiError):
    """The password is right; the code is wrong, too old or used before."""


class InvalidRefreshTokenError(ApiError):
    """Unknown, expired, revoked or used before; which of them is not told."""


class ForbiddenError(ApiError):
    """The caller is known, and may not."""


class InsufficientScopeError(ForbiddenError):
    """An API key that was not made for this."""


class LoginNeededError(ForbiddenError):
    """An API key cannot do this, whatever its scopes: keys must not make keys, nor change who may log in."""
