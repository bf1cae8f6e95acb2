from datetime import date, datetime
from typing import Annotated

from pydantic import Field, field_validator

from services.api.http.models import ResponseModel
from services.api.reports.params import PeriodQuery
from services.api.reports.periods import Period


class OverviewQuery(PeriodQuery):
    """There is no ``period=all``, which has no previous period."""

    @field_validator("period")
    @classmethod
    def _has_days_before(cls, period: Period) -> Period:
        if period is Period.ALL:
            raise ValueError("cannot compare with the period before `all`; choose another period")
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
    """Included, in the site's time zone."""
    before: OverviewCounts
    """The same number of days before."""
    change: float | None
    """Change in visitors, in percent; null if there were none before."""
    current_visitors: int
    """In the last five minutes."""
    sparkline: tuple[int, ...]
    """Visitors of each of the last 30 days of the period, or of all its days if it is shorter."""


class Overview(ResponseModel):
    period: Period
    sites: tuple[SiteOverview, ...]
    as_of: datetime
