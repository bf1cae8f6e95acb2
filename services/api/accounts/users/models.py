from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from common.passwords import check_rules
from common.store.accounts import MAX_USERNAME
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel

_PATH_SEGMENTS = (".", "..")


class UserNotFoundError(ApiError):
    """The user does not exist."""


class UsernameTakenError(ApiError):
    """Usernames are unique in an install, ignoring case."""


class LastAdminError(ApiError):
    """The change would leave the install without an administrator who can log in."""


def _check_username(username: str) -> str:
    if not username.isprintable() or username.strip() != username or username in _PATH_SEGMENTS:
        raise ValueError("use printable characters, without spaces at the start or the end")
    return username


def check_password(password: str) -> str:
    """Return the password. Raises ``PasswordError``, which is a ``ValueError``."""
    check_rules(password)
    return password


Username = Annotated[str, Field(min_length=1, max_length=MAX_USERNAME), AfterValidator(_check_username)]
NewPassword = Annotated[str, Field(max_length=1_000), AfterValidator(check_password)]


class CreateUser(RequestModel):
    username: Username
    password: Annotated[NewPassword, Field(repr=False)]
    is_admin: bool = False


class UpdateUser(RequestModel):
    """Fields that are left out or null keep their value."""

    password: Annotated[NewPassword | None, Field(repr=False)] = None
    """A new password. All sessions of the user end."""
    is_admin: bool | None = None
    disabled: bool | None = None
    """A disabled user cannot log in, and sessions and API keys of the user stop working."""
    second_factor: Literal[False] | None = None
    """False removes the second factor of a user who lost it."""


class User(ResponseModel):
    username: str
    is_admin: bool
    disabled: bool
    second_factor: bool
    created_at: datetime
    sites: tuple[str, ...]
    """Names of the sites of which the user is a member; an administrator sees all others too."""


class UserList(ResponseModel):
    users: tuple[User, ...]
