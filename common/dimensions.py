"""Dimensions of visits: what reports can be grouped and filtered by. ``VISIT_DIMENSIONS`` declares each of them once.

The columns of COPY and of every select list, the ids of rollups, breakdowns, filters, export files and the schemas of
the API are derived from it. The table ``visits`` has the same columns, which a test compares. A new dimension touches a
schema revision, this table, its step in ``services/worker/enrich``, the labels in the dashboard's catalogs and the
reference pages; CONTRIBUTING.md lists the files.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from common.beacon import MAX_LANGUAGE
from common.urls import MAX_HOST, MAX_PATH, MAX_VALUE

MAX_LABEL = 100
"""Maximum length of a name from a lookup table: a browser, a city."""


class Form(StrEnum):
    """How the displayed value is made from columns."""

    PLAIN = "plain"
    PLACED = "placed"
    """With the country, since cities in several countries have the same name: ``US/Springfield``."""
    VERSIONED = "versioned"
    """With the name of the product: ``Firefox 140``."""


@dataclass(frozen=True, slots=True)
class VisitDimension:
    """A property of visits that reports can be grouped and filtered by."""

    name: str
    """The name in the API."""
    rollup: int
    """The id in rollups. It is stored in every install: never change or reuse one."""
    max_length: int
    column: str = ""
    """The column of ``visits``; by default ``name``."""
    source: str | None = ""
    """Attribute of the event that opens the visit; by default ``column``. None if it is only known at the end."""
    form: Form = Form.PLAIN
    of: str = ""
    """The column with the country, or with the product of a version."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "column", self.column or self.name)
        object.__setattr__(self, "source", self.column if self.source == "" else self.source)

    def sql(self, row: str = "v") -> str:
        """Return the SQL expression of the value in ``row``."""
        if self.form is Form.PLACED:
            return f"case when {row}.{self.column} = '' then '' else {row}.{self.of} || '/' || {row}.{self.column} end"
        if self.form is Form.VERSIONED:
            return f"rtrim({row}.{self.of} || ' ' || {row}.{self.column})"
        return f"{row}.{self.column}"


VISIT_DIMENSIONS = (
    VisitDimension("hostname", 5, MAX_HOST),
    VisitDimension("entry", 3, MAX_PATH, "entry_page", "path"),
    VisitDimension("exit", 4, MAX_PATH, "exit_page", None),
    VisitDimension("referrer", 6, MAX_HOST + MAX_PATH),
    VisitDimension("source", 7, MAX_HOST),
    VisitDimension("channel", 8, MAX_LABEL),
    VisitDimension("utm_source", 9, MAX_VALUE),
    VisitDimension("utm_medium", 10, MAX_VALUE),
    VisitDimension("utm_campaign", 11, MAX_VALUE),
    VisitDimension("utm_term", 12, MAX_VALUE),
    VisitDimension("utm_content", 13, MAX_VALUE),
    VisitDimension("country", 14, MAX_LABEL),
    VisitDimension("region", 15, MAX_LABEL, form=Form.PLACED, of="country"),
    VisitDimension("city", 16, MAX_LABEL, form=Form.PLACED, of="country"),
    VisitDimension("browser", 17, MAX_LABEL),
    VisitDimension("browser_version", 18, MAX_LABEL, form=Form.VERSIONED, of="browser"),
    VisitDimension("os", 19, MAX_LABEL),
    VisitDimension("os_version", 20, MAX_LABEL, form=Form.VERSIONED, of="os"),
    VisitDimension("device", 21, MAX_LABEL),
    VisitDimension("screen", 22, MAX_LABEL),
    VisitDimension("language", 23, MAX_LANGUAGE),
)

OPENING_DIMENSIONS = tuple(dimension for dimension in VISIT_DIMENSIONS if dimension.source is not None)
"""Those that the event which opens a visit decides."""
OPENING_COLUMNS = tuple(dimension.column for dimension in OPENING_DIMENSIONS)
DIMENSION_COLUMNS = tuple(dimension.column for dimension in VISIT_DIMENSIONS)

VisitValues = tuple[str, ...]
"""A visit's value of each of ``OPENING_DIMENSIONS``, as reports show it."""

opening_columns: Callable[[Any], Sequence[str]] = attrgetter(
    *(dimension.source for dimension in OPENING_DIMENSIONS if dimension.source)
)
"""Returns the values of ``OPENING_COLUMNS`` in the event that opens a visit."""

_PLACES = {column: place for place, column in enumerate(OPENING_COLUMNS)}
_COMPOSED = tuple(
    (place, _PLACES[dimension.of], dimension.form is Form.PLACED)
    for place, dimension in enumerate(OPENING_DIMENSIONS)
    if dimension.form is not Form.PLAIN
)


def visit_values(columns: Iterable[str]) -> VisitValues:
    """Make a visit's values from ``columns``, one for each of ``OPENING_COLUMNS``."""
    texts = tuple(columns)
    values = list(texts)
    for place, of, is_placed in _COMPOSED:
        if not is_placed:
            values[place] = f"{texts[of]} {texts[place]}".rstrip()
        elif texts[place]:
            values[place] = f"{texts[of]}/{texts[place]}"
    return tuple(values)
