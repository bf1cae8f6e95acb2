from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.api.accounts.auth.errors import LoginNeededError
from services.api.http.models import Input, Output


class Scope(StrEnum):
    """What an API key may be used for. It never may more than its user."""

    READ_STATS = "read:stats"
    WRITE_EVENTS = "write:events"
    ADMIN = "admin"
    """Everything that the user may."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The user in whose name a request is made."""

    id: UUID
    username: str
    is_admin: bool
    scopes: frozenset[Scope] | None = None
    """What the API key may; None for a login, which may all that the user may."""
    site_id: int | None = None
    """The only site that the API key is for."""
    session: UUID | None = None
    """The login that an access token belongs to: the family of its refresh tokens."""

    def check_is_login(self) -> None:
        """Raises ``LoginNeededError`` for an API key."""
        if self.scopes is not None:
            raise LoginNeededError("only people who log in may do this, and no API key")


class Credentials(Input):
    # Wide limits on purpose: how long names and passwords are is nothing that a login should tell.
    username: Annotated[str, Field(max_length=1_000)]
    password: Annotated[str, Field(max_length=10_000, repr=False)]
    code: Annotated[str | None, Field(max_length=100, repr=False)] = None
    """Of the second factor, for users who have one."""
    cookie: bool = False
    """Give the refresh token as a cookie that no script can read, and not in the answer."""


class RefreshRequest(Input):
    """Without a refresh token, the one in the cookie is meant."""

    refresh_token: Annotated[str | None, Field(max_length=200, repr=False)] = None


class TokenPair(Output):
    access_token: Annotated[str, Field(repr=False)]
    refresh_token: Annotated[str | None, Field(repr=False)]
    """None when it went into the cookie."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    """Seconds that the access token lives."""
