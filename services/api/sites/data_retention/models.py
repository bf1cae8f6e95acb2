from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.api.http.models import RequestModel, ResponseModel


class DataRetentionQuery(RequestModel):
    site: Annotated[str, Field(max_length=100)] | None = None
    """Only this site. Left out: all sites."""


class RetentionCounts(ResponseModel):
    visits: int
    events: int
    visitors: int
    """Visitors without remaining visits. Their notes are deleted too."""
    dead_letters: int
    """Beacons that could not be stored."""


class DataRetentionRun(RetentionCounts):
    """What was deleted from a site on one day."""

    kept_from: date
    """The first day that was kept."""
    started_at: datetime
    finished_at: datetime | None
    """Null while the run is in progress or about to start."""
    months_dropped: int
    """Whole months that no site of the install keeps any longer."""


class SiteDataRetention(ResponseModel):
    site: str
    retention_days: int | None
    """Whole days before today that are kept; null: all."""
    kept_from: date | None
    """The first day that is kept, in the site's time zone."""
    expired: RetentionCounts | None
    """Stored data that is older; null if everything is kept or counting takes too long."""
    runs: tuple[DataRetentionRun, ...]
    """What was deleted, newest first."""


class DataRetention(ResponseModel):
    as_of: datetime
    sites: tuple[SiteDataRetention, ...]
