"""What may be asked: the query strings."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator

from services.api.models import Input
from services.api.stats.buckets import Interval
from services.api.stats.periods import Period

FIRST_YEAR, LAST_YEAR = 2000, 2100


def _check_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


Day = Annotated[date, AfterValidator(_check_year)]


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


class SummaryQuery(PeriodQuery):
    pass


class TimeseriesQuery(PeriodQuery):
    interval: Interval | None = None
    """Left out: one that suits the period."""
