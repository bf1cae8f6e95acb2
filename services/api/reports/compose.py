"""Questions to the store, put together from SQL files.

Nothing that a caller wrote becomes part of a text: parts, columns and orders come from our own tables, and every
value and every property's key is a parameter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from common.beacon import Kind
from common.store import load_queries
from services.api.reports.breakdown import Rows
from services.api.reports.conversions.fragments import is_any_target
from services.api.reports.dimensions import Dimension
from services.api.reports.filters import Filter, Operator

_SQL = load_queries(__package__)
_ALWAYS = "true"
_COUNTED = (Kind.PAGEVIEW.value, Kind.EVENT.value, Kind.CLICK.value)


class Span(NamedTuple):
    """The first arguments of every question."""

    site_id: int
    begin: datetime
    end: datetime
    shards: Sequence[int]
    """Only visitors of these are looked at."""


class Question(NamedTuple):
    text: str
    args: list[Any]


def visits_by_bucket(span: Span, starts: Sequence[datetime], filters: Sequence[Filter]) -> Question:
    args = [*span, starts]
    return Question(_part("visits_by_bucket", visit_filters=of_visits(filters, args)), args)


def events_by_bucket(span: Span, starts: Sequence[datetime], filters: Sequence[Filter]) -> Question:
    args = [*span, starts, *_COUNTED, Kind.LEAVE.value]
    return Question(_part("events_by_bucket", event_filters=_of_events(filters, args)), args)


def breakdown(span: Span, dimension: Dimension, rows: Rows, filters: Sequence[Filter]) -> Question:
    """Of every value that is wanted its counts, and how many values there are."""
    args: list[Any] = [*span, rows.search, rows.limit, rows.offset, *_COUNTED]
    page = _part("page", order=rows.sort.column.value, direction=rows.sort.direction)
    if dimension.kinds:
        args.append(Kind.LEAVE.value)
        visits = of_visits(filters, args)
        happened = _all([_present(dimension, args), narrowed(filters, args)])
        text = _part(
            "by_event_value",
            value=value_of(dimension, "e", args),
            kinds=_kinds(dimension.counts, args),
            narrowed=happened,
            visit_filters=visits,
            entered=_part("entries", visit_filters=visits) if dimension.has_entries else _part("no_entries"),
            page=page,
        )
        return Question(text, args)
    visits = of_visits(filters, args)
    value, inside = value_of(dimension, "v", args), _part("inside", row="v")
    happened = _happened(dimension, value, visits, filters, args)
    marks = {"value": value, "inside": inside, "visit_filters": visits, "happened": happened, "page": page}
    with_done = dimension.has_happenings and not any(_narrows(wanted) for wanted in filters)
    marks |= {
        "done": _part("done" if with_done else "not_asked"),
        "done_by_visit": _part("done_by_visit") if with_done else "",
    }
    return Question(_part("by_visit_value", **marks), args)


def _happened(dimension: Dimension, value: str, visits: str, filters: Sequence[Filter], args: list[Any]) -> str:
    """What happened in the visits of a breakdown by ``dimension``."""
    if not dimension.has_happenings:
        return _part("nothing_happened", value=value)
    if any(_narrows(wanted) for wanted in filters):
        conditions = narrowed(filters, args)
        left = of_visits((wanted for wanted in filters if not _is_shown(wanted)), args)
        return _part("happened_narrowed", value=value, visit_filters=left, narrowed=conditions)
    return _part("happened_in_visits", value=value, visit_filters=visits, inside=_part("inside", row="v"))


def of_visits(filters: Iterable[Filter], args: list[Any]) -> str:
    """Conditions on visits v."""
    return _all(_on_visit(wanted, args) for wanted in filters)


def _on_visit(wanted: Filter, args: list[Any]) -> str:
    if wanted.targets:
        kinds = _kinds(wanted.dimension.kinds, args)
        condition = _part("has_event", kinds=kinds, condition=is_any_target(wanted.targets, "w", args))
    elif wanted.dimension.kinds:
        kinds = _kinds(wanted.dimension.kinds, args)
        condition = _part("has_event", kinds=kinds, condition=_condition(wanted, "w", args))
    else:
        condition = _condition(wanted, "v", args)
    return _part("not", condition=condition) if wanted.is_negative else condition


def _of_events(filters: Sequence[Filter], args: list[Any]) -> str:
    """Conditions on events e, whose visits are not chosen yet."""
    if not filters:
        return _ALWAYS
    return _all([of_chosen_visits(filters, args), narrowed(filters, args)])


def of_chosen_visits(filters: Sequence[Filter], args: list[Any]) -> str:
    """Whether event e is of a visit that the filters choose, whatever they narrow."""
    return _part("of_visit", conditions=of_visits(filters, args)) if filters else _ALWAYS


def narrowed(filters: Iterable[Filter], args: list[Any]) -> str:
    """Conditions on events e of visits that are chosen already.

    Negative filters have nothing left to narrow: their visits have no such event at all.
    """
    return _all(
        _part("of_kinds", kinds=_kinds(wanted.dimension.narrows, args), condition=_condition(wanted, "e", args))
        for wanted in filters
        if _narrows(wanted)
    )


def _narrows(wanted: Filter) -> bool:
    return bool(wanted.dimension.narrows) and not wanted.is_negative


def _is_shown(wanted: Filter) -> bool:
    """Whether any counted event that a filter lets through is itself what the filter chooses its visit for."""
    has_it, must_have_it = wanted.dimension.kinds, wanted.dimension.narrows
    return not wanted.is_negative and set(_COUNTED) <= {kind.value for kind in has_it if kind in must_have_it}


def _present(dimension: Dimension, args: list[Any]) -> str:
    """Whether event e has the dimension at all."""
    return _part("has_property", row="e", key=_bind(dimension.key, args)) if dimension.key else _ALWAYS


def _condition(wanted: Filter, row: str, args: list[Any]) -> str:
    """Whether the value of ``row`` is what a filter, or the opposite of a negative one, wants."""
    value, operator = value_of(wanted.dimension, row, args), wanted.positive_operator
    if operator is Operator.IS:
        return _part(operator, value=value, values=_bind(list(wanted.values), args))
    return _any(_part(operator, value=value, text=_bind(text, args)) for text in wanted.values)


def value_of(dimension: Dimension, row: str, args: list[Any]) -> str:
    """What reads the dimension's value of ``row``: v of visits, e and w of events."""
    if dimension.of_visit:
        return dimension.of_visit.sql(row)
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
    return "\nand ".join(condition for condition in conditions if condition != _ALWAYS) or _ALWAYS


def _any(conditions: Iterable[str]) -> str:
    return f"({' or '.join(conditions)})"
