"""Composes the statements that count raw visits and events from the fragments in ``queries.sql``.

No text of a caller becomes part of a statement: fragments, columns and orders come from our own tables, and all values
and property keys are parameters.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from common.beacon import Kind
from common.store import load_queries
from services.api.reports.conversions.target_conditions import is_any_target
from services.api.reports.filters import Filter, Operator
from services.api.reports.params import BreakdownPage
from services.api.reports.report_dimensions import Dimension

_SQL = load_queries(__package__)
_ALWAYS = "true"
_NO_ENTRIES = "select null::text as value, 0 as visits, 0 as bounces, 0 as duration_ms where false"
_VISIT_EVENTS = "sum(d.events)::integer as events, sum(d.clicks)::integer as clicks"
_NO_VISIT_EVENTS = "0 as events, 0 as clicks"
_HAS_PROPERTY = "jsonb_exists({row}.props, {key}::text)"
_OF_KINDS = "(e.kind <> all({kinds}::smallint[]) or {condition})"
"""Also true for events of other kinds."""
_EVENT_VALUES = {
    "column": "{row}.{column}",
    "property": "{row}.props ->> {key}::text",
    "property_keys": "jsonb_object_keys({row}.props)",
}
_OPERATORS = {
    Operator.IS: "({value}) = any({values}::text[])",
    Operator.CONTAINS: "strpos({value}, {text}::text) > 0",
    Operator.STARTS_WITH: "starts_with({value}, {text}::text)",
}
_COUNTED = (Kind.PAGEVIEW.value, Kind.EVENT.value, Kind.CLICK.value)


class VisitRange(NamedTuple):
    """A site, a time range and shards: the first arguments of every statement on raw rows."""

    site_id: int
    begin: datetime
    end: datetime
    shards: Sequence[int]
    """Only visitors of these shards are counted."""


class Statement(NamedTuple):
    text: str
    args: list[Any]


def visits_by_bucket(span: VisitRange, starts: Sequence[datetime], filters: Sequence[Filter]) -> Statement:
    args = [*span, starts]
    return Statement(_part("visits_by_bucket", visit_filters=of_visits(filters, args)), args)


def events_by_bucket(span: VisitRange, starts: Sequence[datetime], filters: Sequence[Filter]) -> Statement:
    args = [*span, starts, *_COUNTED, Kind.LEAVE.value]
    return Statement(_part("events_by_bucket", event_filters=_of_events(filters, args)), args)


def breakdown(span: VisitRange, dimension: Dimension, rows: BreakdownPage, filters: Sequence[Filter]) -> Statement:
    """Count one page of a dimension's values, and the number of all values."""
    args: list[Any] = [*span, rows.search, rows.limit, rows.offset, *_COUNTED]
    page = _part("page", order=rows.sort.column.value, direction=rows.sort.direction)
    if dimension.kinds:
        args.append(Kind.LEAVE.value)
        visits = of_visits(filters, args)
        conditions = _all([_present(dimension, args), narrowed(filters, args)])
        text = _part(
            "by_event_value",
            value=value_of(dimension, "e", args),
            kinds=_kinds(dimension.counts, args),
            narrowed=conditions,
            visit_filters=visits,
            entry_counts=_part("entries", visit_filters=visits) if dimension.has_entries else _NO_ENTRIES,
            page=page,
        )
        return Statement(text, args)
    visits = of_visits(filters, args)
    value, inside = value_of(dimension, "v", args), _part("inside", row="v")
    activity = _activity(dimension, value, visits, filters, args)
    marks = {"value": value, "inside": inside, "visit_filters": visits, "event_counts": activity, "page": page}
    with_activity = dimension.has_activity and not any(_narrows(filter_) for filter_ in filters)
    marks |= {
        "visit_events": _VISIT_EVENTS if with_activity else _NO_VISIT_EVENTS,
        "events_by_visit": _part("events_by_visit") if with_activity else "",
    }
    return Statement(_part("by_visit_value", **marks), args)


def _activity(dimension: Dimension, value: str, visits: str, filters: Sequence[Filter], args: list[Any]) -> str:
    """Return the subquery that counts page views, events and clicks by value of ``dimension``."""
    if not dimension.has_activity:
        return _part("no_events", value=value)
    if any(_narrows(filter_) for filter_ in filters):
        conditions = narrowed(filters, args)
        left = of_visits((filter_ for filter_ in filters if not _is_implied_by_events(filter_)), args)
        return _part("narrowed_events", value=value, visit_filters=left, narrowed=conditions)
    return _part("events_in_visits", value=value, visit_filters=visits, inside=_part("inside", row="v"))


def of_visits(filters: Iterable[Filter], args: list[Any]) -> str:
    """Return the condition on visits v."""
    return _all(_on_visit(filter_, args) for filter_ in filters)


def _on_visit(filter_: Filter, args: list[Any]) -> str:
    if filter_.targets:
        kinds = _kinds(filter_.dimension.kinds, args)
        condition = _part("has_event", kinds=kinds, condition=is_any_target(filter_.targets, "w", args))
    elif filter_.dimension.kinds:
        kinds = _kinds(filter_.dimension.kinds, args)
        condition = _part("has_event", kinds=kinds, condition=_condition(filter_, "w", args))
    else:
        condition = _condition(filter_, "v", args)
    return f"not ({condition})" if filter_.is_negative else condition


def _of_events(filters: Sequence[Filter], args: list[Any]) -> str:
    """Return the condition on events e whose visits are not joined."""
    if not filters:
        return _ALWAYS
    return _all([of_chosen_visits(filters, args), narrowed(filters, args)])


def of_chosen_visits(filters: Sequence[Filter], args: list[Any]) -> str:
    """Return the condition that the visit of event e matches the filters."""
    return _part("of_visit", conditions=of_visits(filters, args)) if filters else _ALWAYS


def narrowed(filters: Iterable[Filter], args: list[Any]) -> str:
    """Return the condition on events e of visits that match the filters.

    Negative filters need none: their visits have no such event at all.
    """
    return _all(
        _OF_KINDS.format(kinds=_kinds(filter_.dimension.narrows, args), condition=_condition(filter_, "e", args))
        for filter_ in filters
        if _narrows(filter_)
    )


def _narrows(filter_: Filter) -> bool:
    return bool(filter_.dimension.narrows) and not filter_.is_negative


def _is_implied_by_events(filter_: Filter) -> bool:
    """Whether any counted event that passes the filter implies that its visit matches the filter."""
    has_it, must_have_it = filter_.dimension.kinds, filter_.dimension.narrows
    return not filter_.is_negative and set(_COUNTED) <= {kind.value for kind in has_it if kind in must_have_it}


def _present(dimension: Dimension, args: list[Any]) -> str:
    """Return the condition that event e has the dimension."""
    return _HAS_PROPERTY.format(row="e", key=_bind(dimension.key, args)) if dimension.key else _ALWAYS


def _condition(filter_: Filter, row: str, args: list[Any]) -> str:
    """Return the condition that the value of ``row`` matches the filter, or the opposite of a negative one."""
    value, operator = value_of(filter_.dimension, row, args), filter_.positive_operator
    if operator is Operator.IS:
        return _OPERATORS[operator].format(value=value, values=_bind(list(filter_.values), args))
    return _any(_OPERATORS[operator].format(value=value, text=_bind(text, args)) for text in filter_.values)


def value_of(dimension: Dimension, row: str, args: list[Any]) -> str:
    """Return the expression that reads the dimension's value of ``row``: v for visits, e and w for events."""
    if dimension.of_visit:
        return dimension.of_visit.sql(row)
    key = _bind(dimension.key, args) if dimension.key else ""
    return _EVENT_VALUES[dimension.part].format(row=row, column=dimension.column, key=key)


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
