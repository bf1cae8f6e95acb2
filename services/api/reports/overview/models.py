from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.api.http.models import ResponseModel
from services.api.reports.periods import Period


class Numbers(ResponseModel):
    visitors: int
    visits: int
    pageviews: int


class SiteOverview(Numbers):
    site: str
    url: str
    timezone: str
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date, Field(alias="to")]
    """Included, by the site's own calendar."""
    before: Numbers
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
