from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.api.accounts.auth.models import Scope
from services.api.accounts.users.models import NewPassword, Username
from services.api.http.models import Input, Output


class Me(Output):
    username: str
    is_admin: bool
    second_factor: bool
    """Whether logging in needs a code."""
    created_at: datetime
    scopes: tuple[Scope, ...] | None
    """Of the API key that asks; null for a login."""


class ChangeMe(Input):
    """What is left out, or null, stays as it is."""

    username: Username | None = None


class ChangePassword(Input):
    old_password: Annotated[str, Field(max_length=10_000, repr=False)]
    new_password: NewPassword


class SessionView(Output):
    id: UUID
    client: str
    """The `User-Agent` that logged in."""
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    current: bool
    """Whether it is the one that asks."""


class SessionList(Output):
    sessions: tuple[SessionView, ...]


class NewSecondFactor(Output):
    secret: Annotated[str, Field(repr=False)]
    """Base32, to type into an authenticator."""
    uri: Annotated[str, Field(repr=False)]
    """The same as otpauth URI, to be shown as a QR code."""


class Code(Input):
    code: Annotated[str, Field(min_length=1, max_length=100, repr=False)]
