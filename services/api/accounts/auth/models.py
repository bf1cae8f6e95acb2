"""Who makes a request, the bodies of logging in, and what can go wrong with both."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel


class UnauthenticatedError(ApiError):
    """The access token is missing or invalid: expired, tampered with, or of a deleted or disabled user."""


class InvalidCredentialsError(ApiError):
    """Unknown user, wrong password or disabled user. The response does not reveal which."""


class TooManyAttemptsError(ApiError):
    """The account or the network failed too often. Known and unknown users are treated alike."""


class SecondFactorRequiredError(ApiError):
    """The password is correct, and the account requires a code as well."""


class InvalidCodeError(ApiError):
    """The password is correct; the code is incorrect, expired or already used."""


class InvalidRefreshTokenError(ApiError):
    """The refresh token is unknown, expired, revoked or already used. The response does not reveal which."""


class ForbiddenError(ApiError):
    """The caller is authenticated, but lacks the rights."""


class InsufficientScopeError(ForbiddenError):
    """The API key lacks the scope."""


class LoginRequiredError(ForbiddenError):
    """API keys cannot do this, whatever their scopes: a key must not create keys or change who can log in."""


class Scope(StrEnum):
    """What an API key can be used for. It never has more rights than its user."""

    READ_STATS = "read:stats"
    WRITE_EVENTS = "write:events"
    ADMIN = "admin"
    """Everything that the user can do."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The user on whose behalf a request is made."""

    id: UUID
    username: str
    is_admin: bool
    scopes: frozenset[Scope] | None = None
    """Scopes of the API key; None for a login, which has all rights of the user."""
    site_id: int | None = None
    """The only site that the API key is for."""
    session: UUID | None = None
    """The session of the access token: the family of its refresh tokens."""

    def check_is_login(self) -> None:
        """Raises ``LoginRequiredError`` for an API key."""
        if self.scopes is not None:
            raise LoginRequiredError("this requires a login; API keys cannot do it")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads the reports of a site: a user, the holder of a share link or signing key, or an anonymous client."""

    caller: Caller | None = None
    """None without a login."""
    shared_site_id: int | None = None
    """The site that a share link or a signature gives access to."""


class Credentials(RequestModel):
    # Wide limits on purpose: a login must not reveal how long names and passwords can be.
    username: Annotated[str, Field(max_length=1_000)]
    password: Annotated[str, Field(max_length=10_000, repr=False)]
    code: Annotated[str | None, Field(max_length=100, repr=False)] = None
    """The code of the second factor, for users who have one."""
    cookie: bool = False
    """Return the refresh token in a cookie that no script can read, and not in the body."""


class RefreshRequest(RequestModel):
    """Without a refresh token, the one in the cookie is used."""

    refresh_token: Annotated[str | None, Field(max_length=200, repr=False)] = None


class TokenPair(ResponseModel):
    access_token: Annotated[str, Field(repr=False)]
    refresh_token: Annotated[str | None, Field(repr=False)]
    """Null when it is in the cookie."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    """Seconds until the access token expires."""
