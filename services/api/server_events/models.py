"""Request bodies, responses and errors of events sent by servers."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from common.beacon import Kind
from services.api.http.errors import ApiError
from services.api.http.field_errors import COOKIE_VALUE, Matching
from services.api.http.models import RequestModel, ResponseModel

MAX_EVENTS = 1_000
MAX_BYTES = 5 * 1024 * 1024


class ServerEventKind(StrEnum):
    PAGEVIEW = "pageview"
    EVENT = "event"
    CLICK = "click"

    @property
    def kind(self) -> Kind:
        return Kind[self.name]


EventId = Annotated[str, Matching(r"^[0-9a-f]{32}$", "must be 32 hexadecimal digits in lower case")]


class ServerEvent(RequestModel):
    """An event sent by a server."""

    id: EventId | None = None
    """Computed by the client from the event, so that sending it again with the same time does not store it twice."""
    time: int | None = None
    """Epoch milliseconds. Default: now."""
    kind: ServerEventKind = ServerEventKind.PAGEVIEW
    url: str
    """Absolute URL of the page."""
    referrer: str | None = None
    ip: Annotated[str, Field(repr=False)]
    """IP address of the visitor. Identifies the visitor and the country; only its network is stored."""
    user_agent: str | None = None
    """User agent of the visitor."""
    language: str | None = None
    visitor: Annotated[str, COOKIE_VALUE] | None = Field(None, repr=False)
    """Value of the visitor's ``_uv`` cookie, for sites that use it. Default: the visitor is identified by ``ip`` and
    ``user_agent`` for one day."""
    opted_out: bool = False
    """Whether the visitor's browser sent ``Sec-GPC: 1`` or ``DNT: 1``. The site's ``privacy_signal`` applies."""
    name: str | None = None
    """Name of an event, or the target URL of a click."""
    props: dict[str, bool | int | float | str] | None = None


class PastEvent(ServerEvent):
    """A past event, which needs a time and an id."""

    id: EventId
    time: int


_EXAMPLE = {"url": "https://example.com/", "kind": "event", "name": "signup", "ip": "192.0.2.1", "user_agent": "…"}
Events = Annotated[tuple[Any, ...], Field(min_length=1, max_length=MAX_EVENTS, examples=[[_EXAMPLE]])]


class PastEventsBody(RequestModel):
    events: Events
    """Each is a ``PastEvent``. They are checked one by one; an invalid event does not reject the others."""


class ServerEventsBody(RequestModel):
    site: Annotated[str, Field(max_length=100)]
    """Name of the site."""
    events: Events
    """Each is a ``ServerEvent``. They are checked one by one; an invalid event does not reject the others."""


class RejectedServerEvent(ResponseModel):
    index: int
    """Position of the event in the request, from 0."""
    reason: str


class ServerEventsResponse(ResponseModel):
    accepted: int
    rejected: tuple[RejectedServerEvent, ...]


class BacklogError(ApiError):
    """The streams hold so many entries that more events would delay live traffic."""
