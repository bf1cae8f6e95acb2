"""Questions to the store, put together from SQL files.

Nothing that a caller wrote becomes part of a text: parts, columns and orders come from our own tables, and every
value and every property's key is a parameter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from common.beacon import Kind
from common.store import load_sql
from services.api.stats.breakdown import Rows
from services.api.stats.dimensions import Dimension
from services.api.stats.filters import Filter

_SQL = load_sql(__package__)
_ALWAYS = "true"
_COUNTED = (Kind.PAGEVIEW.value, Kind.EVENT.value, Kind.CLICK.value)


class Span(NamedTuple):
    """The first arguments of every question."""

    site_id: int
    begin: datetime
    end: datetime


class Question(NamedTuple):
    text: str
    args: list[Any]


def visits_by_bucket(span: Span, starts: Sequence[datetime], filters: Sequence[Filter]) -> Question:
    args = [*span, starts]
    return Question(_part("visits_by_bucket", visit_filters=_of_visits(filters, args)), args)


def events_by_bucket(span: Span, starts: Sequence[datetime], filters: Sequence[Filter]) -> Question:
    args = [*span, starts, Kind.PAGEVIEW.value, Kind.EVENT.value]
    return Question(_part("events_by_bucket", event_filters=_of_events(filters, args)), args)


def breakdown(span: Span, dimension: Dimension, rows: Rows, filters: Sequence[Filter]) -> Question:
    args: list[Any] = [*span, rows.search, rows.limit, rows.offset, *_COUNTED]
    parts = {
        "visit_filters": _of_visits(filters, args),
        "narrowed": _narrowed(filters, args),
        "page": _part("page", order=rows.sort.column.value, direction=rows.sort.direction),
    }
    if dimension.kinds:
        parts |= {"value": _value(dimension, "e", args), "kinds": _kinds(dimension.kinds, args)}
        return Question(_part("by_event_value", **parts), args)
    return Question(_part("by_visit_value", value=_value(dimension, "v", args), **parts), args)


def _of_visits(filters: Iterable[Filter], args: list[Any]) -> str:
    """Conditions on visits v."""
    return _all(_on_visit(wanted, args) for wanted in filters)


def _on_visit(wanted: Filter, args: list[Any]) -> str:
    if wanted.dimension.kinds:
        kinds = _kinds(wanted.dimension.kinds, args)
        condition = _part("has_event", kinds=kinds, condition=_condition(wanted, "w", args))
    else:
        condition = _condition(wanted, "v", args)
    return _part("not", condition=condition) if wanted.is_negative else condition


def _of_events(filters: Sequence[Filter], args: list[Any]) -> str:
    """Conditions on events e, whose visits are not chosen yet."""
    if not filters:
        return _ALWAYS
    return _all([_part("of_visit", conditions=_of_visits(filters, args)), _narrowed(filters, args)])


def _narrowed(filters: Iterable[Filter], args: list[Any]) -> str:
    """Conditions on events e of visits that are chosen already.

    Negative filters have nothing left to narrow: their visits have no such event at all.
    """
    return _all(
        _part("of_kinds", kinds=_kinds(wanted.dimension.narrows, args), condition=_condition(wanted, "e", args))
        for wanted in filters
        if wanted.dimension.narrows and not wanted.is_negative
    )


def _condition(wanted: Filter, row: str, args: list[Any]) -> str:
    """Whether the value of ``row`` is what a filter, or the opposite of a negative one, wants."""
    return _part(wanted.positive_operator, value=_value(wanted.dimension, row, args), text=_bind(wanted.value, args))


def _value(dimension: Dimension, row: str, args: list[Any]) -> str:
    """What reads the dimension's value of ``row``: v of visits, e and w of events."""
    key = _bind(dimension.key, args) if dimension.key else ""
    return _part(dimension.part, row=row, column=dimension.column, key=key)


def _kinds(kinds: Iterable[Kind], args: list[Any]) -> str:
    return _bind([kind.value for kind in kinds], args)


def _bind(value: object, args: list[Any]) -> str:
    args.append(value)
    return f"${len(args)}"


def _part(name: str, **marks: str) -> str:
    return _SQL[name].strip().format(**marks)


def _all(conditions: Iterable[str]) -> str:
    return "\nand ".join(conditions) or _ALWAYS
