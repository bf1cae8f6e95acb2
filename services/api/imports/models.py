from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from common.beacon import Kind
from services.api.models import Input, Output

MAX_EVENTS = 1_000
MAX_BYTES = 5 * 1024 * 1024


class ImportKind(StrEnum):
    PAGEVIEW = "pageview"
    EVENT = "event"
    CLICK = "click"

    @property
    def kind(self) -> Kind:
        return Kind[self.name]


class ImportEvent(Input):
    """One thing that happened in the past."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """Made by the client from what the event is, so that sending it again stores nothing twice."""
    time: int
    """Epoch milliseconds."""
    kind: ImportKind = ImportKind.PAGEVIEW
    url: str
    referrer: str | None = None
    ip: Annotated[str, Field(repr=False)]
    """Used to tell visitors apart and to find the country; only its network is kept."""
    user_agent: str | None = None
    language: str | None = None
    name: str | None = None
    """Name of an event, or the target URL of a click."""
    props: dict[str, bool | int | float | str] | None = None


IMPORT_EVENT = TypeAdapter(ImportEvent)


class ImportBody(Input):
    events: Annotated[tuple[Any, ...], Field(min_length=1, max_length=MAX_EVENTS)]
    """Each is an ``ImportEvent``; they are looked at one by one, so that a wrong one does not refuse the others."""


class Refused(Output):
    index: int
    """Of the event in the request, from 0."""
    reason: str


class ImportAnswer(Output):
    accepted: int
    refused: tuple[Refused, ...]
