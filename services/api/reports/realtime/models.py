from datetime import datetime

from pydantic import Field

from services.api.http.models import RequestModel, ResponseModel
from services.api.reports.filters import Filters


class RealtimeQuery(RequestModel):
    filter: Filters = Field(default=())
    """``dimension:operator:value``, as often as wanted; all of them must hold."""


class Minute(ResponseModel):
    time: datetime
    """When it began."""
    visitors: int
    pageviews: int


class Now(ResponseModel):
    value: str
    """Empty: not known, or none."""
    visitors: int
    pageviews: int


class Realtime(ResponseModel):
    site: str
    as_of: datetime
    visitors: int
    """Who viewed a page, made an event or clicked in the last 5 minutes."""
    minutes: tuple[Minute, ...]
    """The last 30 minutes, oldest first; the last one is not over. Those in which nothing happened as well."""
    pages: tuple[Now, ...]
    """Of those 30 minutes, like the others: most visitors first."""
    sources: tuple[Now, ...]
    countries: tuple[Now, ...]
