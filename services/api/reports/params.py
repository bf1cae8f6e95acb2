"""Query parameters of reports."""

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
    """Columns by which rows can be sorted: the value, or any metric."""

    VALUE = "value"
    vars().update({metric.name: metric.value for metric in Metric})

    # For type checkers: members that code refers to.
    VISITORS: "SortColumn"


@dataclass(frozen=True, slots=True)
class Sort:
    column: SortColumn = SortColumn.VISITORS
    is_descending: bool = True

    def __str__(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column}"

    @property
    def direction(self) -> str:
        """The direction in SQL."""
        return "desc" if self.is_descending else "asc"


@dataclass(frozen=True, slots=True)
class BreakdownPage:
    search: str
    sort: Sort
    limit: int
    offset: int
    with_total: bool = True
    """Whether to count all values."""


def parse_sort(text: object) -> Sort:
    """Parse ``visits`` or ``-visits``. Raises ``ValueError``."""
    if isinstance(text, Sort):
        return text
    if isinstance(text, str) and (name := text.removeprefix("-")) in set(SortColumn):
        return Sort(SortColumn(name), text.startswith("-"))
    raise ValueError(f"must be one of {', '.join(SortColumn)}, with a leading - for descending order")


_ORDERS = [str(Sort(column, descending)) for column in SortColumn for descending in (True, False)]

SortParameter = Annotated[
    Sort, PlainValidator(parse_sort), PlainSerializer(str), WithJsonSchema({"type": "string", "enum": _ORDERS})
]


FIRST_YEAR, LAST_YEAR = 2000, 2100


def _check_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must be in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


Day = Annotated[date, AfterValidator(_check_year)]


class DayRange(RequestModel):
    """Days in the site's time zone, both included."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    """First day; if omitted, from the beginning."""
    to: Day | None = None
    """Last day, included; if omitted, until now."""

    @field_validator("to")
    @classmethod
    def _is_not_before(cls, day: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("from_")
        if first is not None and day is not None and day < first:
            raise ValueError("must not be before from")
        return day


def _check_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain null characters")
    return text


def _parse_metrics(text: object) -> frozenset[Metric]:
    if isinstance(text, frozenset):
        return text
    names = text.split(",") if isinstance(text, str) and text else []
    if not names or not set(names) <= set(Metric):
        raise ValueError(f"must be one or more of {', '.join(Metric)}, separated by commas")
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
    """The days of a report. ``from`` and ``to`` (both included) are only for ``period=custom``."""

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
    """``dimension:operator:value|value``, can be repeated; all filters must match."""


class ReportQuery(FilteredQuery):
    """``compare_from`` and ``compare_to`` (both included) are only for ``compare=custom``."""

    compare: Compare | None = None
    """Compare with the previous period (as many days as have started), the same days a year ago, or other days."""
    compare_from: Day | None = None
    compare_to: Day | None = None
    metrics: MetricNames = frozenset()
    """Only these metrics, separated by commas; if omitted, all."""
    format: ReportFormat = ReportFormat.JSON

    @field_validator("compare_from", "compare_to")
    @classmethod
    def _belongs_to_custom_comparison(cls, day: date | None, info: ValidationInfo) -> date | None:
        return _of_custom(day, info.data, "compare", Compare.CUSTOM, "compare_from")


class SummaryQuery(ReportQuery):
    pass


class TimeseriesQuery(ReportQuery):
    interval: Interval | None = None
    """If omitted, one that suits the period."""


class BreakdownQuery(ReportQuery):
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100
    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    sort: SortParameter = Sort()
    """A column; with a leading ``-``, in descending order. Ties are sorted by value."""
    search: Annotated[str, Field(max_length=MAX_SEARCH), AfterValidator(_check_text)] = ""
    """Only values that contain this text, case-insensitively."""
    goal: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    """Name of a goal; rows then include its conversion rate."""
    total: bool = True
    """Whether to count all values; without, the first rows are faster."""
    property_key: Annotated[str, AfterValidator(_check_text)] = ""
    """With the dimension ``property``: the values of the property with this key, which can be any text."""

    @property
    def rows(self) -> BreakdownPage:
        return BreakdownPage(self.search, self.sort, self.limit, (self.page - 1) * self.limit, self.total)


def _of_custom(day: date | None, values: dict[str, Any], choice: str, custom: StrEnum, first_field: str) -> date | None:
    """Return the day. Raises ``ValueError`` if it is missing, not allowed, or before the first one."""
    if choice not in values:
        return day
    if values[choice] is custom and day is None:
        raise ValueError(f"is required with {choice}=custom, as YYYY-MM-DD")
    if values[choice] is not custom and day is not None:
        raise ValueError(f"is only allowed with {choice}=custom")
    first = values.get(first_field)
    if first is not None and day is not None and day < first:
        raise ValueError(f"must not be before {first_field.rstrip('_')}")
    return day
