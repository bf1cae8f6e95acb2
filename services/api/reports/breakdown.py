"""Which rows of a breakdown are wanted, and in which order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from common.metrics import Metric

MAX_LIMIT = 1_000
MAX_PAGE = 1_000_000
MAX_SEARCH = 500


class Column(StrEnum):
    """What rows can be ordered by: their value, or any metric."""

    VALUE = "value"
    vars().update({metric.name: metric.value for metric in Metric})

    # For type checkers: members that code names.
    VISITORS: "Column"


@dataclass(frozen=True, slots=True)
class Sort:
    column: Column = Column.VISITORS
    is_descending: bool = True

    def __str__(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column}"

    @property
    def direction(self) -> str:
        """As SQL has it."""
        return "desc" if self.is_descending else "asc"


@dataclass(frozen=True, slots=True)
class Rows:
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
    if isinstance(text, str) and (name := text.removeprefix("-")) in set(Column):
        return Sort(Column(name), text.startswith("-"))
    raise ValueError(f"must be one of {', '.join(Column)}, with a - before it for the greatest first")


_ORDERS = [str(Sort(column, descending)) for column in Column for descending in (True, False)]

SortParameter = Annotated[
    Sort, PlainValidator(parse_sort), PlainSerializer(str), WithJsonSchema({"type": "string", "enum": _ORDERS})
]
