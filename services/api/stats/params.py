"""What may be asked: the query strings."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator

from services.api.models import Input
from services.api.stats.breakdown import MAX_LIMIT, MAX_PAGE, MAX_SEARCH, Rows, Sort, SortParameter
from services.api.stats.buckets import Interval
from services.api.stats.filters import Filters
from services.api.stats.periods import Period

FIRST_YEAR, LAST_YEAR = 2000, 2100


def _check_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


Day = Annotated[date, AfterValidator(_check_year)]


def _check_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("may not hold a NUL")
    return text


class PeriodQuery(Input):
    """Which days. ``from`` and ``to`` (both included) belong to ``custom``, and to no other."""

    model_config = ConfigDict(validate_default=True)

    period: Period = Period.LAST_30_DAYS
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None

    @field_validator("from_", "to")
    @classmethod
    def _belongs_to_custom(cls, day: date | None, info: ValidationInfo) -> date | None:
        values: dict[str, Any] = info.data
        if "period" not in values:
            return day
        if values["period"] is Period.CUSTOM and day is None:
            raise ValueError("is needed with period=custom, as YYYY-MM-DD")
        if values["period"] is not Period.CUSTOM and day is not None:
            raise ValueError("goes with period=custom only")
        first = values.get("from_")
        if first is not None and day is not None and day < first:
            raise ValueError("must not lie before from")
        return day


class StatsQuery(PeriodQuery):
    filter: Filters = ()
    """``dimension:operator:value``, as often as wanted; all of them must hold."""


class SummaryQuery(StatsQuery):
    pass


class TimeseriesQuery(StatsQuery):
    interval: Interval | None = None
    """Left out: one that suits the period."""


class BreakdownQuery(StatsQuery):
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100
    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    sort: SortParameter = Sort()
    """A column; with ``-`` before it, the greatest first. Equal ones by value."""
    search: Annotated[str, Field(max_length=MAX_SEARCH), AfterValidator(_check_text)] = ""
    """What values must contain, in upper or lower case."""

    @property
    def rows(self) -> Rows:
        return Rows(self.search, self.sort, self.limit, (self.page - 1) * self.limit)
