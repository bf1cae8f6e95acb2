import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, Field, create_model

from common.dimensions import DIMENSION_COLUMNS
from common.identity import shard_of
from services.api.http.errors import ApiError
from services.api.http.field_errors import COOKIE_VALUE
from services.api.http.models import RequestModel, ResponseModel
from services.api.reports.params import DayRange

MAX_PAGE = 200
MAX_LABEL = 100
MAX_NOTE = 5_000
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _check_text(text: str) -> str:
    if _UNWANTED.search(text):
        raise ValueError("must not contain control characters")
    return text.strip()


FilterText = Annotated[str, Field(max_length=200), AfterValidator(_check_text)]


class BotFilter(StrEnum):
    NO = "no"
    ONLY = "only"
    ANY = "any"

    @property
    def wanted(self) -> bool | None:
        """Whether to list only visits of bots (True) or of humans (False); None: both."""
        return None if self is BotFilter.ANY else self is BotFilter.ONLY


class CursorPageQuery(RequestModel):
    after: Annotated[str, Field(max_length=50)] | None = None
    """``next`` of the previous page; omit it for the first page."""
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50


class VisitsQuery(CursorPageQuery, DayRange):
    """Visits that started on the days ``from`` to ``to``, both included, in the site's time zone."""

    country: FilterText | None = None
    """ISO 3166-1 alpha-2; empty: unknown."""
    browser: FilterText | None = None
    """Empty: unknown."""
    bot: BotFilter = BotFilter.NO


class _VisitTraits(ResponseModel):
    country: str
    region: str
    city: str
    browser: str
    os: str
    device: str
    bot_reason: str
    """Empty for humans."""


class VisitorRow(_VisitTraits):
    """A visitor with the properties of the latest matching visit."""

    id: UUID
    label: str
    first_visit: datetime
    last_visit: datetime
    seen_at: datetime
    """When that visit started."""


class VisitorPage(ResponseModel):
    visitors: tuple[VisitorRow, ...]
    next: str | None
    """``after`` of the next page; null on the last page."""


_texts: Mapping[str, Any] = dict.fromkeys(DIMENSION_COLUMNS, (str, ...))
_Dimensions: type[ResponseModel] = create_model("_Dimensions", __base__=ResponseModel, **_texts)


class VisitView(_Dimensions):
    """A visit, with all of its dimensions."""

    visitor: UUID
    started_at: datetime
    ended_at: datetime
    pageviews: int
    events: int
    engaged_ms: int
    bot_reason: str
    """Empty for humans."""
    network: str
    user_agent: str


class VisitPage(ResponseModel):
    visits: tuple[VisitView, ...]
    next: str | None


class VisitorView(ResponseModel):
    id: UUID
    first_visit: datetime
    last_visit: datetime
    label: str
    note: str
    visits: tuple[VisitView, ...]
    """Newest first."""
    next: str | None
    """``after`` of more visits; null if these are all."""


class EventView(ResponseModel):
    id: UUID
    time: datetime
    kind: str
    hostname: str
    path: str
    name: str
    props: dict[str, Any] | None
    engaged_ms: int
    scroll: int
    """Percent."""


class VisitEvents(ResponseModel):
    visitor: UUID
    started_at: datetime
    events: tuple[EventView, ...]
    """Oldest first."""
    truncated: bool
    """Whether the visit has more events than this response contains."""


class NewVisitorNote(RequestModel):
    """An administrator's note about a visitor. If both are empty, the note is removed."""

    label: Annotated[str, Field(max_length=MAX_LABEL), AfterValidator(_check_text)] = ""
    note: Annotated[str, Field(max_length=MAX_NOTE), AfterValidator(_check_text)] = ""


class VisitorNote(ResponseModel):
    visitor: UUID
    label: str
    note: str


class VisitorLookup(RequestModel):
    cookie: Annotated[str, Field(repr=False), COOKIE_VALUE]
    """The value of the visitor's own ``_uv`` cookie."""


class VisitorLookupResult(ResponseModel):
    visitor: UUID
    """Also given if nothing is stored yet, since an erasure also applies to beacons that are still queued."""
    known: bool


class ErasureResult(ResponseModel):
    """Number of erased rows."""

    visitor: UUID
    visits: int
    events: int
    dead_letters: int


class VisitorNotFoundError(ApiError):
    """There is no such visitor."""


class VisitNotFoundError(ApiError):
    """The visitor has no visit that started at this time."""


class VisitorKey(NamedTuple):
    """The columns that identify a visitor's rows."""

    shard: int
    site_id: int
    visitor_id: UUID

    @classmethod
    def of(cls, site_id: int, visitor_id: UUID, shards: int) -> "VisitorKey":
        return cls(shard_of(visitor_id.bytes, shards), site_id, visitor_id)
