from services.api.http.errors import ApiError


class WrongPasswordError(ApiError):
    """The present password is another one."""


class SessionNotFoundError(ApiError):
    """The caller has no such login, or it has ended."""


class SecondFactorActiveError(ApiError):
    """There is a second factor already; it has to be removed before another one is made."""


class NoSecondFactorError(ApiError):
    """There is no second factor that waits for its first code."""


class WrongCodeError(ApiError):
    """The first code of a second factor is not the one that was expected."""
