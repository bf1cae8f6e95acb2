from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from common.passwords import check_rules
from common.store.accounts import MAX_USERNAME
from services.api.http.models import Input, Output

_PARTS_OF_PATHS = (".", "..")


def _check_username(username: str) -> str:
    if not username.isprintable() or username.strip() != username or username in _PARTS_OF_PATHS:
        raise ValueError("use printable characters, and no space at the ends")
    return username


def _check_password(password: str) -> str:
    check_rules(password)
    return password


Username = Annotated[str, Field(min_length=1, max_length=MAX_USERNAME), AfterValidator(_check_username)]
NewPassword = Annotated[str, Field(max_length=1_000), AfterValidator(_check_password)]


class CreateUser(Input):
    username: Username
    password: Annotated[NewPassword, Field(repr=False)]
    is_admin: bool = False


class ChangeUser(Input):
    """What is left out, or null, stays as it is."""

    password: Annotated[NewPassword | None, Field(repr=False)] = None
    """A new one; every login of the user ends."""
    is_admin: bool | None = None
    disabled: bool | None = None
    """Who is disabled cannot log in, and what they are logged in with stops working."""
    second_factor: Literal[False] | None = None
    """False takes the second factor away, for somebody who lost it."""


class UserView(Output):
    username: str
    is_admin: bool
    disabled: bool
    second_factor: bool
    created_at: datetime
    sites: tuple[str, ...]
    """Names of the sites that list the user; an administrator sees all the others too."""


class UserList(Output):
    users: tuple[UserView, ...]
