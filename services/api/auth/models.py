from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.api.models import Input, Output


@dataclass(frozen=True, slots=True)
class Caller:
    """The user in whose name a request is made."""

    id: UUID
    username: str
    is_admin: bool


class Credentials(Input):
    # Wide limits on purpose: how long names and passwords are is nothing that a login should tell.
    username: Annotated[str, Field(max_length=1_000)]
    password: Annotated[str, Field(max_length=10_000, repr=False)]


class RefreshRequest(Input):
    refresh_token: Annotated[str, Field(max_length=200, repr=False)]


class TokenPair(Output):
    access_token: Annotated[str, Field(repr=False)]
    refresh_token: Annotated[str, Field(repr=False)]
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    """Seconds that the access token lives."""
