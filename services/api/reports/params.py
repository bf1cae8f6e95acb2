"""Which rows of a breakdown are wanted, and in which order."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from common.metrics import Metric
from services.api.http.models import RequestModel
from services.api.reports.buckets import Interval
from services.api.reports.filters import Filters
from services.api.reports.periods import Compare, Period

MAX_LIMIT = 1_000
MAX_PAGE = 1_000_000
MAX_SEARCH = 500


class SortColumn(StrEnum):
    """What rows can be ordered by: their value, or any metric."""

    VALUE = "value"
    vars().update({metric.name: metric.value for metric in Metric})

    # For type checkers: members that code names.
    VISITORS: "SortColumn"


@dataclass(frozen=True, slots=True)
class Sort:
    column: SortColumn = SortColumn.VISITORS
    is_descending: bool = True

    def __str__(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column}"

    @property
    def direction(self) -> str:
        """As SQL has it."""
        return "desc" if self.is_descending else "asc"


@dataclass(frozen=True, slots=True)
class BreakdownPage:
    search: str
    sort: Sort
    limit: int
    offset: int
    with_total: bool = True
    """Whether it is wanted how many values there are."""


def parse_sort(text: object) -> Sort:
    """``visits`` or ``-visits``. Raises ``ValueError``."""
    if isinstance(text, Sort):
        return text
    if isinstance(text, str) and (name := text.removeprefix("-")) in set(SortColumn):
        return Sort(SortColumn(name), text.startswith("-"))
    raise ValueError(f"must be one of {', '.join(SortColumn)}, with a - before it for the greatest first")


_ORDERS = [str(Sort(column, descending)) for column in SortColumn for descending in (True, False)]

SortParameter = Annotated[
    Sort, PlainValidator(parse_sort), PlainSerializer(str), WithJsonSchema({"type": "string", "enum": _ORDERS})
]


FIRST_YEAR, LAST_YEAR = 2000, 2100


def _check_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


Day = Annotated[date, AfterValidator(_check_year)]


class DayRange(RequestModel):
    """Days of the site's calendar, both included."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    """The first day. Left out: from the beginning."""
    to: Day | None = None
    """The last day, included. Left out: until now."""

    @field_validator("to")
    @classmethod
    def _is_not_before(cls, day: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("from_")
        if first is not None and day is not None and day < first:
            raise ValueError("must not lie before from")
        return day


def _check_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("may not hold a NUL")
    return text


def _parse_metrics(text: object) -> frozenset[Metric]:
    if isinstance(text, frozenset):
        return text
    names = text.split(",") if isinstance(text, str) and text else []
    if not names or not set(names) <= set(Metric):
        raise ValueError(f"must be one or more of {', '.join(Metric)}, with commas between them")
    return frozenset(map(Metric, names))


MetricNames = Annotated[
    frozenset[Metric],
    PlainValidator(_parse_metrics),
    PlainSerializer(lambda metrics: ",".join(sorted(metrics))),
    WithJsonSchema({"type": "string", "examples": ["visitors,pageviews"]}),
]


class ReportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


class PeriodQuery(RequestModel):
    """Which days. ``from`` and ``to`` (both included) belong to ``custom``, and to no other."""

    model_config = ConfigDict(validate_default=True)

    period: Period = Period.LAST_30_DAYS
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None

    @field_validator("from_", "to")
    @classmethod
    def _belongs_to_custom(cls, day: date | None, info: ValidationInfo) -> date | None:
        return _of_custom(day, info.data, "period", Period.CUSTOM, "from_")


class FilteredQuery(PeriodQuery):
    filter: Filters = ()
    """``dimension:operator:value|value``, as often as wanted; all of them must hold."""


class ReportQuery(FilteredQuery):
    """``compare_from`` and ``compare_to`` (both included) belong to ``compare=custom``, and to no other."""

    compare: Compare | None = None
    """With the days before (as many as are over, today included), the same days a year ago, or others."""
    compare_from: Day | None = None
    compare_to: Day | None = None
    metrics: MetricNames = frozenset()
    """Only these, with commas between them; left out: all there are."""
    format: ReportFormat = ReportFormat.JSON

    @field_validator("compare_from", "compare_to")
    @classmethod
    def _belongs_to_custom_comparison(cls, day: date | None, info: ValidationInfo) -> date | None:
        return _of_custom(day, info.data, "compare", Compare.CUSTOM, "compare_from")


class SummaryQuery(ReportQuery):
    pass


class TimeseriesQuery(ReportQuery):
    interval: Interval | None = None
    """Left out: one that suits the period."""


class BreakdownQuery(ReportQuery):
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100
    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    sort: SortParameter = Sort()
    """A column; with ``-`` before it, the greatest first. Equal ones by value."""
    search: Annotated[str, Field(max_length=MAX_SEARCH), AfterValidator(_check_text)] = ""
    """What values must contain, in upper or lower case."""
    goal: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    """Name of a goal: each row tells also which percentage of its visitors reached it."""
    total: bool = True
    """Whether the answer tells how many values there are; the first rows come sooner without."""
    property_key: Annotated[str, AfterValidator(_check_text)] = ""
    """With the dimension ``property``: the values of this property, whatever its key looks like."""

    @property
    def rows(self) -> BreakdownPage:
        return BreakdownPage(self.search, self.sort, self.limit, (self.page - 1) * self.limit, self.total)


def _of_custom(day: date | None, values: dict[str, Any], choice: str, custom: StrEnum, first_field: str) -> date | None:
    """Raises ``ValueError`` for a day that is missing, too much, or before the first one."""
    if choice not in values:
        return day
    if values[choice] is custom and day is None:
        raise ValueError(f"is needed with {choice}=custom, as YYYY-MM-DD")
    if values[choice] is not custom and day is not None:
        raise ValueError(f"goes with {choice}=custom only")
    first = values.get(first_field)
    if first is not None and day is not None and day < first:
        raise ValueError(f"must not lie before {first_field.rstrip('_')}")
    return day
