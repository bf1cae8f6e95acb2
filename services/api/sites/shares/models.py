from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from services.api.accounts.users.models import NewPassword
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel, check_printable


class ShareLinkNotFoundError(ApiError):
    """The link does not exist, is revoked, or is of another site. The response does not reveal which."""


class SharePasswordRequiredError(ApiError):
    """The link has a password, and the request has none or an incorrect one."""


class CreateShareLink(RequestModel):
    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(check_printable)]
    """Who or what the link is for."""
    password: Annotated[NewPassword | None, Field(repr=False)] = None
    """Required to open the link. Without one, the link alone is sufficient."""


class ShareLink(ResponseModel):
    id: UUID
    name: str
    has_password: bool
    created_by: str | None
    """Username; null for a deleted user."""
    created_at: datetime


class CreatedShareLink(ShareLink):
    token: Annotated[str, Field(repr=False)]
    """The secret part of the link. It is in this response only; the server stores a hash."""


class ShareLinkList(ResponseModel):
    shares: tuple[ShareLink, ...]


class OpenShareLink(RequestModel):
    token: Annotated[str, Field(max_length=200, repr=False)]
    password: Annotated[str | None, Field(max_length=1_000, repr=False)] = None


class OpenedShareLink(ResponseModel):
    site: str
    """Name of the site whose reports can be read."""
    access_token: Annotated[str, Field(repr=False)]
    """For the header `Authorization: Bearer …` of requests for the reports of the site."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    """Seconds until the token expires. It is invalid earlier if the link is revoked."""
