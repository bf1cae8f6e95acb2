"""Filters, in a query string: ``dimension:operator:value|value``.

One of the values must match, or none of them with a negative operator. A value writes ``\\|`` for ``|``, and a
dimension (a property's key may be any text) ``\\:`` for ``:``; both write ``\\\\`` for ``\\``.

A filter selects visits: those with the value or, for a page, event, link or property, those in which it occurs. All
numbers are of these visits. A filter for a page also counts only events on that page. In the same way a filter for an
event counts only events of that name, one for a link only its clicks, and one for a property only events that have it.
A filter for a goal selects the visits in which it was reached, and counts all of their events.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from services.api.goals.models import ConversionTarget
from services.api.goals.service import GoalService
from services.api.http.errors import InvalidField, InvalidQueryError
from services.api.reports.report_dimensions import GOAL, Dimension, UnknownDimensionError, dimension_of
from services.api.sites.models import Site

MAX_FILTERS = 20
MAX_VALUE = 2_000
MAX_VALUES = 50


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"


_OPPOSITES = {Operator.IS_NOT: Operator.IS, Operator.NOT_CONTAINS: Operator.CONTAINS}
# The first operator ends the dimension, since the key of a property can contain a colon.
_SYNTAX = re.compile(rf"((?:\\.|[^\\])+?):({'|'.join(Operator)}):(.*)", re.DOTALL)
_VALUE = re.compile(r"(?:\\.|[^\\|])*\\?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filter:
    dimension: Dimension
    operator: Operator
    values: tuple[str, ...]
    """At least one; '' matches unknown or no value."""
    targets: tuple[ConversionTarget, ...] = ()
    """Targets of the goals, once their names were resolved; one must match."""

    def __str__(self) -> str:
        values = "|".join(_escaped(value, "|") for value in self.values)
        return f"{_escaped(self.dimension.name, ':')}:{self.operator}:{values}"

    @property
    def is_negative(self) -> bool:
        return self.operator in _OPPOSITES

    @property
    def positive_operator(self) -> Operator:
        """The operator without its negation."""
        return _OPPOSITES.get(self.operator, self.operator)


def parse_filter(text: object) -> Filter:
    """Parse a filter, case-sensitively. Raises ``ValueError``."""
    found = _SYNTAX.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"must be dimension:operator:value; operators are {', '.join(Operator)}")
    name, operator, written = found.groups()
    try:
        dimension = dimension_of(_unescaped(name, ":"), for_filter=True)
    except UnknownDimensionError as error:
        raise ValueError(error.detail) from None
    if not dimension.filterable:
        raise ValueError(f"needs the property's key: {name}.KEY:{operator}:…")
    if dimension is GOAL and operator not in (Operator.IS, Operator.IS_NOT):
        raise ValueError(f"a goal can only be filtered with {Operator.IS} and {Operator.IS_NOT}")
    values = tuple(dict.fromkeys(_unescaped(value, "|") for value in _split(written)))
    if any(len(value) > MAX_VALUE or "\0" in value for value in values):
        raise ValueError(f"a value must have at most {MAX_VALUE:,} characters and no null character")
    if len(values) > MAX_VALUES:
        raise ValueError(f"must have at most {MAX_VALUES} values")
    return Filter(dimension, Operator(operator), values)


def _split(written: str) -> list[str]:
    """Split at every ``|`` that is not escaped."""
    values, position = [], 0
    while position <= len(written):
        found = _VALUE.match(written, position)
        assert found is not None  # noqa: S101 - it matches nothing, too
        values.append(found.group())
        position = found.end() + 1
    return values


def _escaped(text: str, sign: str) -> str:
    return text.replace("\\", "\\\\").replace(sign, f"\\{sign}")


def _unescaped(text: str, sign: str) -> str:
    """Unescape ``sign`` and backslashes. A backslash before anything else is kept."""
    return re.sub(rf"\\([\\{sign}])", r"\1", text)


Filters = Annotated[
    tuple[
        Annotated[
            Filter, PlainValidator(parse_filter), WithJsonSchema({"type": "string", "examples": ["country:is:NZ"]})
        ],
        ...,
    ],
    Field(max_length=MAX_FILTERS),
]


async def resolve_goals(filters: tuple[Filter, ...], site: Site, goals: GoalService) -> tuple[Filter, ...]:
    """Return the filters, with targets for those by goals. Each site has its own goals.

    Raises ``InvalidQueryError`` for a goal that the site does not have.
    """
    if not any(filter_.dimension is GOAL for filter_ in filters):
        return filters
    targets = {goal.name: goal.target for goal in await goals.of_site(site)}
    unknown = [
        InvalidField(f"filter.{number}", "the goal does not exist")
        for number, filter_ in enumerate(filters)
        if filter_.dimension is GOAL and not targets.keys() >= set(filter_.values)
    ]
    if unknown:
        raise InvalidQueryError("filter: the goal does not exist", fields=unknown)
    return tuple(
        replace(filter_, targets=tuple(targets[name] for name in filter_.values))
        if filter_.dimension is GOAL
        else filter_
        for filter_ in filters
    )
