from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.api.accounts.auth.models import Scope
from services.api.accounts.users.models import NewPassword, Username
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel


class WrongPasswordError(ApiError):
    """The current password is incorrect."""


class SessionNotFoundError(ApiError):
    """The caller has no such session, or it has ended."""


class SecondFactorActiveError(ApiError):
    """The user already has a second factor, which must be removed before a new one is set up."""


class NoSecondFactorError(ApiError):
    """No second factor is being set up."""


class WrongCodeError(ApiError):
    """The first code of a new second factor is incorrect."""


class CurrentUser(ResponseModel):
    username: str
    is_admin: bool
    second_factor: bool
    """Whether logging in requires a code."""
    created_at: datetime
    scopes: tuple[Scope, ...] | None
    """Scopes of the API key of this request; null for a login."""


class UpdateCurrentUser(RequestModel):
    """Fields that are left out or null keep their value."""

    username: Username | None = None


class ChangePassword(RequestModel):
    old_password: Annotated[str, Field(max_length=10_000, repr=False)]
    new_password: NewPassword


class UserSession(ResponseModel):
    id: UUID
    client: str
    """The `User-Agent` that logged in."""
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    current: bool
    """Whether it is the session of this request."""


class UserSessionList(ResponseModel):
    sessions: tuple[UserSession, ...]


class SecondFactorSetup(ResponseModel):
    secret: Annotated[str, Field(repr=False)]
    """Base32, to enter into an authenticator app."""
    uri: Annotated[str, Field(repr=False)]
    """The same as an otpauth URI, to show as a QR code."""


class SecondFactorCode(RequestModel):
    code: Annotated[str, Field(min_length=1, max_length=100, repr=False)]
