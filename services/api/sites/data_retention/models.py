from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.api.http.models import RequestModel, ResponseModel


class DataRetentionQuery(RequestModel):
    site: Annotated[str, Field(max_length=100)] | None = None
    """Only this site. Left out: all of them."""


class Rows(ResponseModel):
    visits: int
    events: int
    visitors: int
    """That have no visit left. What was noted of them goes with them."""
    dead_letters: int
    """Beacons that could not be stored."""


class RetentionRun(Rows):
    """What went of a site on one day."""

    kept_from: date
    """The first day that stayed."""
    started_at: datetime
    finished_at: datetime | None
    """Null while the worker is at it, or will be within a minute."""
    months_dropped: int
    """Whole months that no site of the install kept any longer."""


class SiteRetention(ResponseModel):
    site: str
    retention_days: int | None
    """Whole days that are kept before today; null: everything."""
    kept_from: date | None
    """The first day that stays, by the site's calendar."""
    expired: Rows | None
    """What is older than that and still there; null where everything is kept, or counting it takes too long."""
    runs: tuple[RetentionRun, ...]
    """What went, the latest first."""


class DataRetention(ResponseModel):
    as_of: datetime
    sites: tuple[SiteRetention, ...]
