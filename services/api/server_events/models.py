from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from common.beacon import Kind
from common.identity import COOKIE_PATTERN
from services.api.http.models import RequestModel, ResponseModel

MAX_EVENTS = 1_000
MAX_BYTES = 5 * 1024 * 1024


class ImportKind(StrEnum):
    PAGEVIEW = "pageview"
    EVENT = "event"
    CLICK = "click"

    @property
    def kind(self) -> Kind:
        return Kind[self.name]


EventId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class SentEvent(RequestModel):
    """One thing that happened, told by a server."""

    id: EventId | None = None
    """Made by the client from what the event is, so that sending it again, with the same time, stores nothing twice."""
    time: int | None = None
    """Epoch milliseconds. Left out: now."""
    kind: ImportKind = ImportKind.PAGEVIEW
    url: str
    """Of the page, absolute."""
    referrer: str | None = None
    ip: Annotated[str, Field(repr=False)]
    """The visitor's. Used to tell visitors apart and to find the country; only its network is kept."""
    user_agent: str | None = None
    """The visitor's."""
    language: str | None = None
    visitor: str | None = Field(None, pattern=COOKIE_PATTERN, repr=False)
    """The value of the visitor's ``_uv`` cookie, for sites that tell visitors apart by it. Left out: by ``ip`` and
    ``user_agent``, as long as a day lasts."""
    opted_out: bool = False
    """Whether the visitor's browser sent ``Sec-GPC: 1`` or ``DNT: 1``; what that means, ``privacy_signal`` says."""
    name: str | None = None
    """Name of an event, or the target URL of a click."""
    props: dict[str, bool | int | float | str] | None = None


class ImportEvent(SentEvent):
    """One thing that happened in the past."""

    id: EventId
    time: int


_EXAMPLE = {"url": "https://example.com/", "kind": "event", "name": "signup", "ip": "192.0.2.1", "user_agent": "…"}
Events = Annotated[tuple[Any, ...], Field(min_length=1, max_length=MAX_EVENTS, examples=[[_EXAMPLE]])]


class ImportBody(RequestModel):
    events: Events
    """Each is an ``ImportEvent``; they are looked at one by one, so that a wrong one does not refuse the others."""


class EventsBody(RequestModel):
    site: Annotated[str, Field(max_length=100)]
    """Name of the site."""
    events: Events
    """Each is a ``SentEvent``; they are looked at one by one, so that a wrong one does not refuse the others."""


class Refused(ResponseModel):
    index: int
    """Of the event in the request, from 0."""
    reason: str


class EventsAnswer(ResponseModel):
    accepted: int
    rejected: tuple[Refused, ...]
