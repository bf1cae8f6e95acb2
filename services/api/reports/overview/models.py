from datetime import date, datetime
from typing import Annotated

from pydantic import Field, field_validator

from services.api.http.models import ResponseModel
from services.api.reports.params import PeriodQuery
from services.api.reports.periods import Period


class OverviewQuery(PeriodQuery):
    """All that there is has nothing before it, so there is no ``period=all``."""

    @field_validator("period")
    @classmethod
    def _has_days_before(cls, period: Period) -> Period:
        if period is Period.ALL:
            raise ValueError("must be one that another lies before, not all")
        return period


class OverviewCounts(ResponseModel):
    visitors: int
    visits: int
    pageviews: int


class SiteOverview(OverviewCounts):
    site: str
    url: str
    timezone: str
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    """Included, by the site's own calendar."""
    before: OverviewCounts
    """Of as many days before."""
    change: float | None
    """Of the visitors, in percent of those before; null where there were none."""
    current_visitors: int
    """In the last five minutes."""
    sparkline: tuple[int, ...]
    """Visitors of each of the last 30 days of the period, of fewer where the period is over sooner."""


class Overview(ResponseModel):
    period: Period
    sites: tuple[SiteOverview, ...]
    as_of: datetime
