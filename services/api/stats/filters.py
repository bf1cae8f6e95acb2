"""Filters: ``dimension:operator:value``, as a query string has them.

A filter chooses visits: those with the value, or, of a page, event, link or property, those in which it occurs. All
numbers are then of these visits. Besides, who asks for a page wants to know of that page: its filter counts only what
happened on it. In the same way one for an event counts only events of that name, one for a link only its clicks,
and one for a property only events that have it so.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from services.api.stats.dimensions import Dimension, dimension_of
from services.api.stats.errors import UnknownDimensionError

MAX_FILTERS = 20
MAX_VALUE = 2_000


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"


_OPPOSITES = {Operator.IS_NOT: Operator.IS, Operator.NOT_CONTAINS: Operator.CONTAINS}
# The first operator ends the dimension: a property's key may hold a colon, too.
_SYNTAX = re.compile(rf"(.+?):({'|'.join(Operator)}):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filter:
    dimension: Dimension
    operator: Operator
    value: str
    """'' stands for: not known, or none."""

    def __str__(self) -> str:
        return f"{self.dimension.name}:{self.operator}:{self.value}"

    @property
    def is_negative(self) -> bool:
        return self.operator in _OPPOSITES

    @property
    def positive_operator(self) -> Operator:
        """What must not hold, of a filter that is negative; else what must."""
        return _OPPOSITES.get(self.operator, self.operator)


def parse_filter(text: object) -> Filter:
    """Raises ``ValueError``. Upper and lower case differ, as they do in addresses."""
    found = _SYNTAX.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"must be dimension:operator:value, with the operator one of {', '.join(Operator)}")
    name, operator, value = found.groups()
    try:
        dimension = dimension_of(name)
    except UnknownDimensionError as error:
        raise ValueError(error.detail) from None
    if not dimension.filterable:
        raise ValueError(f"needs the property's key: {name}.KEY:{operator}:…")
    if len(value) > MAX_VALUE or "\0" in value:
        raise ValueError(f"the value may have {MAX_VALUE:,} characters, and no NUL")
    return Filter(dimension, Operator(operator), value)


Filters = Annotated[
    tuple[
        Annotated[
            Filter, PlainValidator(parse_filter), WithJsonSchema({"type": "string", "examples": ["country:is:NZ"]})
        ],
        ...,
    ],
    Field(max_length=MAX_FILTERS),
]
