"""One day of the site: visits and their events, as columns of numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.dataset.days import CalendarDay
from benchmarks.dataset.draws import Floats, Integers, uniform
from benchmarks.dataset.tables import ValueTables
from benchmarks.dataset.visitors import Visitors
from common.beacon import Kind

BOUNCES = 0.45
VIEWS = 3.0
"""Page views a visit, on average."""
_BOTS = 0.03
_LEAVES, _EVENTS, _CLICKS = 0.5, 0.05, 0.025
"""Share of page views with a `leave` that arrived, with an event, and with a click (except in bounces)."""
_MOST_VIEWS = 40
_DWELL_MS, _DWELL_SPREAD = 26_000, 1.1
_SHORTEST_MS, _LONGEST_PAGE_MS, _LONGEST_VISIT_MS = 400, 15 * 60_000, 55 * 60_000
_SOME_LANGUAGE = 0.12
"""Share of visitors whose browser has another language than their country."""


@dataclass(frozen=True, slots=True)
class GeneratedVisits:
    """One number per visit; columns other than counts and times (epoch ms) are indexes into the tables."""

    visitor: Integers
    started_at: Integers
    ended_at: Integers
    pageviews: Integers
    events: Integers
    """And clicks."""
    engaged_ms: Integers
    bot: Integers
    """0: human."""
    network: Integers
    agent: Integers
    host: Integers
    entry: Integers
    exit: Integers
    origin: Integers
    place: Integers
    screen: Integers
    language: Integers


@dataclass(frozen=True, slots=True)
class GeneratedEvents:
    """One number per event, ordered by time."""

    visit: Integers
    """Which of the day's visits it belongs to."""
    ts: Integers
    kind: Integers
    engaged_ms: Integers
    scroll: Integers
    path: Integers
    name: Integers
    """0: none; then events, then links."""


@dataclass(frozen=True, slots=True)
class Traffic:
    visits: GeneratedVisits
    events: GeneratedEvents


def traffic_of(day: CalendarDay, month: int, visitors: Visitors, tables: ValueTables, seed: int) -> Traffic:
    """Return the day's traffic. ``month``: months since the site's data began. Days must be requested in order."""
    chance = np.random.default_rng([seed, 2, day.number])
    starts = day.starts(chance.random(day.visits), chance.random(day.visits))
    bounced = chance.random(day.visits) < BOUNCES
    more = (VIEWS - BOUNCES) / (1 - BOUNCES) - 1
    views = np.where(bounced, 1, 1 + np.minimum(chance.geometric(1 / more, day.visits), _MOST_VIEWS))
    pages = _pages(starts, views, tables, chance)
    events = _events(pages, bounced, tables, chance)
    return Traffic(_visits(starts, views, pages, events, month, visitors, tables, seed, chance), events)


@dataclass(frozen=True, slots=True)
class _Pages:
    """One number per page view, visit by visit."""

    visit: Integers
    ts: Integers
    dwell: Integers
    """Milliseconds until the next one, or until the visitor left."""
    path: Integers
    first: Integers
    """Index of each visit's first page view."""


def _pages(starts: Integers, views: Integers, tables: ValueTables, chance: np.random.Generator) -> _Pages:
    visit = np.repeat(np.arange(len(views)), views)
    first = np.cumsum(views) - views
    dwell = np.minimum(chance.lognormal(np.log(_DWELL_MS), _DWELL_SPREAD, len(visit)), _LONGEST_PAGE_MS)
    if len(first):
        dwell *= np.minimum(1, _LONGEST_VISIT_MS / np.add.reduceat(dwell, first))[visit]
    whole = dwell.astype(np.int64) + _SHORTEST_MS
    before = np.cumsum(whole) - whole
    path = tables.views.pick(chance.random(len(visit)))
    path[first] = tables.entries.pick(chance.random(len(first)))
    return _Pages(visit, starts[visit] + before - before[first][visit], whole, path, first)


def _events(
    pages: _Pages, bounced: npt.NDArray[np.bool_], tables: ValueTables, chance: np.random.Generator
) -> GeneratedEvents:
    count = len(pages.visit)
    leaves = np.flatnonzero(chance.random(count) < _LEAVES)
    acted = chance.random(count)
    acted[bounced[pages.visit]] = 1
    events = np.flatnonzero(acted < _EVENTS)
    clicks = np.flatnonzero((acted >= _EVENTS) & (acted < _EVENTS + _CLICKS))
    page = np.concatenate([np.arange(count), leaves, events, clicks])
    kinds = (Kind.PAGEVIEW, Kind.LEAVE, Kind.EVENT, Kind.CLICK)
    kind = np.repeat([int(kind) for kind in kinds], [count, len(leaves), len(events), len(clicks)])
    share = np.where(kind == Kind.PAGEVIEW, 0.0, np.where(kind == Kind.LEAVE, 1.0, chance.random(len(page))))
    ts = pages.ts[page] + (share * pages.dwell[page]).astype(np.int64)
    is_leave = kind == Kind.LEAVE
    engaged = np.where(is_leave, pages.dwell[page] * chance.uniform(0.3, 1, len(page)), 0).astype(np.int64)
    scroll = np.where(is_leave, 10 + 90 * chance.beta(1.6, 1.4, len(page)), 0).astype(np.int64)
    name = np.zeros(len(page), dtype=np.int64)
    name[kind == Kind.EVENT] = 1 + tables.events.skew.pick(chance.random(len(events)))
    name[kind == Kind.CLICK] = 1 + len(tables.events.pieces) + tables.links.skew.pick(chance.random(len(clicks)))
    order = np.argsort(ts, kind="stable")
    columns = (pages.visit[page], ts, kind, engaged, scroll, pages.path[page], name)
    return GeneratedEvents(*(column[order] for column in columns))


def _visits(
    starts: Integers,
    views: Integers,
    pages: _Pages,
    events: GeneratedEvents,
    month: int,
    visitors: Visitors,
    tables: ValueTables,
    seed: int,
    chance: np.random.Generator,
) -> GeneratedVisits:
    count = len(starts)
    ended = starts.copy()
    np.maximum.at(ended, events.visit, events.ts)
    acts = (events.kind == Kind.EVENT) | (events.kind == Kind.CLICK)
    visitor = visitors.assign(starts, chance)

    def of_visitor(number: int) -> Floats:
        return uniform(visitor, seed * 1000 + 10 + number)

    families = tables.families.pick(of_visitor(0))
    lags = (-np.log1p(-of_visitor(1)) * 1.1).astype(np.int64)
    place = tables.places.skew.pick(of_visitor(2))
    language = np.where(
        of_visitor(3) < _SOME_LANGUAGE,
        (of_visitor(4) * len(tables.languages)).astype(np.int64),
        tables.language_of[place],
    )
    return GeneratedVisits(
        visitor=visitor,
        started_at=starts,
        ended_at=ended,
        pageviews=views,
        events=np.bincount(events.visit[acts], minlength=count),
        engaged_ms=np.bincount(events.visit, events.engaged_ms, minlength=count).astype(np.int64),
        bot=np.where(of_visitor(5) < _BOTS, 1 + tables.bot_skew.pick(of_visitor(6)), 0),
        network=(of_visitor(7) * len(tables.networks)).astype(np.int64),
        agent=tables.agent(families, month, lags),
        host=tables.hosts.skew.pick(chance.random(count)),
        entry=pages.path[pages.first],
        exit=pages.path[pages.first + views - 1],
        origin=tables.origins.skew.pick(chance.random(count)),
        place=place,
        screen=tables.width(families, of_visitor(8)),
        language=language,
    )
