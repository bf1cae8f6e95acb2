"""Goals, funnels, retention and paths counted again, one event after the other, in the plainest Python."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from tests.integration.api.recount import EVENT, PAGEVIEW, Recount

Wanted = Mapping[str, Any]
"""A goal or a step as the API takes it."""


def is_reached(wanted: Wanted, event: Any) -> bool:
    if "event" in wanted:
        is_it = event["kind"] == EVENT and event["name"] == wanted["event"]
    else:
        pattern = ".*".join(re.escape(piece) for piece in wanted["page"].split("*"))
        is_it = event["kind"] == PAGEVIEW and re.fullmatch(pattern, event["path"], re.DOTALL) is not None
    had = {key: _text(value) for key, value in (event["props"] or {}).items()}
    return is_it and wanted.get("properties", {}).items() <= had.items()


@dataclass
class Ways:
    """What people did in visits that began in the span, and after those did."""

    recount: Recount
    chosen: set[Any]
    """Visits, by visitor and start, that the filters choose; whenever they began."""

    @classmethod
    def of(cls, recount: Recount, filters: Sequence[tuple[str, str, str]] = ()) -> "Ways":
        return cls(recount, recount._chosen(filters))

    @classmethod
    def through(cls, recount: Recount, goals: Sequence[Wanted], *, negative: bool = False) -> "Ways":
        """Visits in which one of the goals was reached, or, ``negative``, none of them."""
        return cls(
            recount,
            {
                name
                for name in recount.visits
                if any(is_reached(goal, event) for goal in goals for event in recount.events_of[name]) != negative
            },
        )

    @property
    def totals(self) -> dict[str, float]:
        return self.recount._metrics(self.chosen, [event for name in self.chosen for event in self._events(name)])

    @property
    def visits(self) -> list[Any]:
        """Those that began in the span."""
        return [name for name in self.chosen if self.recount.begin <= name[1] < self.recount.end]

    @property
    def visitors(self) -> int:
        return len({visitor for visitor, _ in self.visits})

    def goal(self, wanted: Wanted) -> tuple[int, int]:
        """Visitors who reached it, and how often it was."""
        visitors = {name[0] for name in self.visits if any(is_reached(wanted, e) for e in self._events(name))}
        often = sum(
            is_reached(wanted, event) and self.recount.begin <= event["ts"] < self.recount.end
            for name in self.chosen
            for event in self._events(name)
        )
        return len(visitors), often

    def funnel(self, steps: Sequence[Wanted], within: str) -> list[int]:
        """Visitors who came as far as each step."""
        walks: dict[Any, list[Any]] = {}
        for name in self.visits:
            walks.setdefault(name if within == "visit" else name[0], []).extend(self._events(name))
        depths: dict[Any, int] = {}
        for walker, events in walks.items():
            visitor = walker[0] if within == "visit" else walker
            depths[visitor] = max(depths.get(visitor, 0), _depth(steps, events))
        return [sum(depth >= step for depth in depths.values()) for step in range(1, len(steps) + 1)]

    def paths(self, steps: int) -> dict[tuple[str, ...], tuple[int, int]]:
        """First pages -> visits, and how many of them ended there."""
        visits: Counter[tuple[str, ...]] = Counter()
        exits: Counter[tuple[str, ...]] = Counter()
        for pages in self._pages():
            visits[pages[:steps]] += 1
            exits[pages[:steps]] += len(pages) <= steps
        return {pages: (visits[pages], exits[pages]) for pages in visits}

    def neighbors(self, page: str) -> tuple[Counter[str | None], Counter[str | None]]:
        before: Counter[str | None] = Counter()
        after: Counter[str | None] = Counter()
        for pages in self._pages():
            for left, here, right in zip((None, *pages), pages, (*pages[1:], None), strict=False):
                before[left] += here == page
                after[right] += here == page
        return +before, +after

    def retention(
        self, first_visits: Mapping[Any, datetime], interval_of: Callable[[datetime], int], intervals: int
    ) -> list[tuple[int, list[int]]]:
        """For each cohort its size, and who came in each interval from its own on."""
        came: dict[Any, set[int]] = {}
        for visitor, started_at in self.visits:
            came.setdefault(visitor, set()).add(interval_of(started_at))
        cohorts: dict[int, list[set[int]]] = {number: [] for number in range(intervals)}
        for visitor, numbers in came.items():
            if first_visits[visitor] >= self.recount.begin:
                cohorts[interval_of(first_visits[visitor])].append(numbers)
        return [
            (len(members), [sum(n in numbers for numbers in members) for n in range(number, intervals)])
            for number, members in cohorts.items()
        ]

    def _events(self, name: Any) -> list[Any]:
        return self.recount.events_of[name]

    def _pages(self) -> Iterable[tuple[str, ...]]:
        for name in self.visits:
            views = [event["path"] for event in _ordered(self._events(name)) if event["kind"] == PAGEVIEW]
            if views:
                yield tuple(page for page, _ in groupby(views))


def _ordered(events: Iterable[Any]) -> list[Any]:
    return sorted(events, key=lambda event: (event["ts"], event["id"].bytes))


def _depth(steps: Sequence[Wanted], events: Iterable[Any]) -> int:
    depth = 0
    for event in _ordered(events):
        if depth < len(steps) and is_reached(steps[depth], event):
            depth += 1
    return depth


def _text(value: Any) -> str:
    """As JSON has it, strings without their quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)
