"""A site's numbers recounted visit by visit in plain Python, as the expected values of reports."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PAGEVIEW, EVENT, CLICK, LEAVE = 1, 2, 3, 4
_COLUMNS = {"entry": "entry_page", "exit": "exit_page"}
_VERSIONED = {"browser_version": "browser", "os_version": "os"}
_PLACED = ("region", "city")
_OF_EVENTS = {"page": {PAGEVIEW, EVENT, CLICK}, "event": {EVENT}, "link": {CLICK}}
OPERATORS = ("is", "is_not", "contains", "not_contains", "starts_with")

Wanted = tuple[str, str, str]
"""A filter: dimension, operator, value, or several with a | between them."""


@dataclass
class Recount:
    visits: dict[tuple[Any, datetime], Any]
    """People's visits, by visitor and start."""
    events: list[Any]
    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        self.events_of: dict[Any, list[Any]] = {name: [] for name in self.visits}
        for event in self.events:
            self.events_of[_visit_of(event)].append(event)

    @classmethod
    async def read(cls, pool: Any, site_id: int, begin: datetime, end: datetime) -> "Recount":
        visits = await pool.fetch("select * from visits where site_id = $1 and bot_reason = ''", site_id)
        events = await pool.fetch("select * from events where site_id = $1", site_id)
        by_name = {(visit["visitor_id"], visit["started_at"]): visit for visit in visits}
        return cls(by_name, [event for event in events if _visit_of(event) in by_name], begin, end)

    def totals(self, filters: Sequence[Wanted] = ()) -> dict[str, float]:
        chosen = self._chosen(filters)
        events = [event for event in self.events if _visit_of(event) in chosen and _is_counted(event, filters)]
        return self._metrics(chosen, events)

    def breakdown(self, dimension: str, filters: Sequence[Wanted] = ()) -> dict[str, dict[str, float]]:
        chosen = self._chosen(filters)
        events = [event for event in self.events if _visit_of(event) in chosen and _is_counted(event, filters)]
        visits_of: dict[str, set[Any]] = {}
        entries_of: dict[str, set[Any]] = {}
        events_of: dict[str, list[Any]] = {}
        if _is_of_events(dimension):
            for event in events:
                for value in _values(dimension, event):
                    visits_of.setdefault(value, set()).add(_visit_of(event))
                for value in _values(dimension, event, of_leaves=True):
                    events_of.setdefault(value, []).append(event)
            for name in chosen:
                entries_of.setdefault(self.visits[name]["entry_page"], set()).add(name)
        else:
            for name in chosen:
                visits_of.setdefault(_value(dimension, self.visits[name]), set()).add(name)
            for event in events if dimension != "exit" else ():
                events_of.setdefault(_value(dimension, self.visits[_visit_of(event)]), []).append(event)
        rows = {
            value: self._metrics(visits_of.get(value, ()), events_of.get(value, []))
            for value in visits_of.keys() | events_of.keys()
        }
        if dimension != "page":  # only of pages is asked when they were left
            for row in rows.values():
                del row["leaves"], row["time_on_page"], row["scroll_depth"]
        rows = {value: row for value, row in rows.items() if any(row.values())}
        if dimension == "page":
            for value, row in rows.items():
                entries = self._metrics(entries_of.get(value, ()), ())
                row |= {"entries": entries["visits"], "bounce_rate": entries["bounce_rate"]}
        return rows

    def values(self, dimension: str) -> set[str]:
        if _is_of_events(dimension):
            return {value for event in self.events for value in _values(dimension, event)}
        return {_value(dimension, visit) for visit in self.visits.values()}

    def _chosen(self, filters: Iterable[Wanted]) -> set[Any]:
        return {name for name in self.visits if all(self._has(name, wanted) for wanted in filters)}

    def _has(self, name: Any, wanted: Wanted) -> bool:
        dimension, operator, text = wanted
        if _is_of_events(dimension):
            values = {value for event in self.events_of[name] for value in _values(dimension, event)}
        else:
            values = {_value(dimension, self.visits[name])}
        if operator in ("is_not", "not_contains"):
            return not any(_matches(operator.removeprefix("not_").removesuffix("_not"), v, text) for v in values)
        return any(_matches(operator, value, text) for value in values)

    def _metrics(self, names: Iterable[Any], events: Iterable[Any]) -> dict[str, float]:
        visits = [self.visits[name] for name in names if self.begin <= name[1] < self.end]
        events = [event for event in events if self.begin <= event["ts"] < self.end]
        kinds = Counter(event["kind"] for event in events)
        leaves = [event for event in events if event["kind"] == LEAVE]
        bounces = sum(visit["pageviews"] <= 1 and visit["events"] == 0 for visit in visits)
        seconds = sum((visit["ended_at"] - visit["started_at"]).total_seconds() for visit in visits)
        return {
            "visitors": len({visit["visitor_id"] for visit in visits}),
            "visits": len(visits),
            "pageviews": kinds[PAGEVIEW],
            "events": kinds[EVENT],
            "clicks": kinds[CLICK],
            "bounce_rate": 100 * bounces / len(visits) if visits else 0,
            "visit_duration": seconds / len(visits) if visits else 0,
            "leaves": len(leaves),
            "time_on_page": sum(leave["engaged_ms"] for leave in leaves) / 1000 / kinds[PAGEVIEW]
            if kinds[PAGEVIEW]
            else 0,
            "scroll_depth": sum(leave["scroll"] for leave in leaves) / (len(leaves) or 1),
        }


def _visit_of(event: Any) -> tuple[Any, datetime]:
    return event["visitor_id"], event["visit_started_at"]


def _is_of_events(dimension: str) -> bool:
    return dimension in _OF_EVENTS or dimension.startswith("property")


def _value(dimension: str, visit: Any) -> str:
    if name := _VERSIONED.get(dimension):
        return f"{visit[name]} {visit[dimension]}".rstrip(" ")
    value = str(visit[_COLUMNS.get(dimension, dimension)])
    return f"{visit['country']}/{value}" if value and dimension in _PLACED else value


def _values(dimension: str, event: Any, *, of_leaves: bool = False) -> list[str]:
    """``of_leaves``: include the page of a leave beacon, which is not an event of its own."""
    if dimension == "page" and event["kind"] == LEAVE and of_leaves:
        return [event["path"]]
    if dimension.startswith("property") and event["kind"] == LEAVE:
        return []
    if dimension == "property":
        return list(event["props"] or {})
    if dimension.startswith("property."):
        key = dimension.removeprefix("property.")
        return [_text(event["props"][key])] if key in (event["props"] or {}) else []
    if event["kind"] not in _OF_EVENTS[dimension]:
        return []
    return [event["path"] if dimension == "page" else event["name"]]


def _text(value: Any) -> str:
    """As JSON has it, strings without their quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _matches(operator: str, value: str, texts: str) -> bool:
    return any(_matches_one(operator, value, text) for text in texts.split("|"))


def _matches_one(operator: str, value: str, text: str) -> bool:
    if operator == "is":
        return value == text
    return text in value if operator == "contains" else value.startswith(text)


def _is_counted(event: Any, filters: Iterable[Wanted]) -> bool:
    """Filters of a page, event, link or property count only what they name."""
    narrowing = {"page": {PAGEVIEW, EVENT, CLICK, LEAVE}, "event": {EVENT}, "link": {CLICK}}
    for dimension, operator, text in filters:
        if operator in ("is_not", "not_contains") or not _is_of_events(dimension):
            continue
        if event["kind"] in narrowing.get(dimension, {EVENT}) and not any(
            _matches(operator, value, text) for value in _values(dimension, event, of_leaves=True)
        ):
            return False
    return True
