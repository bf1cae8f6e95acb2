from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from common.passwords import check_rules
from services.api.http.models import RequestModel, ResponseModel


def _check_name(name: str) -> str:
    if not name.isprintable():
        raise ValueError("use printable characters")
    return name


def _check_password(password: str) -> str:
    check_rules(password)
    return password


class NewShare(RequestModel):
    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_check_name)]
    """Whom, or what, the link is for."""
    password: Annotated[
        Annotated[str, Field(max_length=1_000), AfterValidator(_check_password)] | None, Field(repr=False)
    ] = None
    """Asked of whoever opens the link. Without one, the link alone is enough."""


class ShareView(ResponseModel):
    id: UUID
    name: str
    has_password: bool
    created_by: str | None
    """Username; null when that user is gone."""
    created_at: datetime


class MadeShare(ShareView):
    token: Annotated[str, Field(repr=False)]
    """What opens the numbers; told once and kept nowhere."""


class ShareList(ResponseModel):
    shares: tuple[ShareView, ...]


class OpenShare(RequestModel):
    token: Annotated[str, Field(max_length=200, repr=False)]
    password: Annotated[str | None, Field(max_length=1_000, repr=False)] = None


class OpenedShare(ResponseModel):
    site: str
    """Name of the site whose numbers are open."""
    access_token: Annotated[str, Field(repr=False)]
    """For the header `Authorization: Bearer …` of requests for that site's numbers."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    """Seconds. It ends earlier when the link is revoked."""
