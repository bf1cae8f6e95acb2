"""The generated site is reproducible and could have been written by the worker."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from benchmarks.dataset.days import days_between, first_day
from benchmarks.dataset.draws import WeightedIndex, mixed, uniform
from benchmarks.dataset.encode import EVENT_COLUMNS, VISIT_COLUMNS, Encoder
from benchmarks.dataset.scaled import sketch_of
from benchmarks.dataset.tables import CITIES, PATHS, make_tables
from benchmarks.dataset.traffic import traffic_of
from benchmarks.dataset.visitors import Visitors, identify
from common.beacon import Kind
from common.identity import shard_of
from common.rollups import RollupDimension
from common.rollups.sketch import merge_sketches, standard_error
from common.visits import SESSION_TIMEOUT_MS
from services.worker.ingest import copy_encoder

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 4, 10, 15, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def tables():
    return make_tables()


def made_days(tables, seed=1, visits=20_000, first=date(2026, 3, 20), last=date(2026, 4, 10)):
    visitors = Visitors()
    days = days_between(first, last, BERLIN, visits, seed, NOW)
    return [traffic_of(day, 0, visitors, tables, seed) for day in days], visitors


@pytest.fixture(scope="module")
def made(tables):
    return made_days(tables)


def encoded(tables, days, visitors, seed):
    encoder = Encoder.of(tables, 7, 16, seed)
    parts = [encoder.visitors(0, visitors.first_visits, visitors.last_visits)]
    for number, day in enumerate(days):
        parts += [encoder.visits(day.visits), encoder.events(day.events, day.visits, number)]
    return b"".join(b"".join(part) for part in parts)


def test_same_seed_generates_the_same_rows(tables):
    def rows(seed):
        days, visitors = made_days(tables, seed, visits=500)
        return encoded(make_tables(), days, visitors, seed)

    assert rows(1) == rows(1)
    assert rows(1) != rows(2)


def test_rows_have_the_columns_that_the_worker_writes():
    assert sorted(VISIT_COLUMNS) == sorted(copy_encoder.VISIT_COLUMNS)
    assert sorted(EVENT_COLUMNS) == sorted(copy_encoder.EVENT_COLUMNS)


def test_visits_match_the_page_views_events_and_end_of_their_events(made):
    for day in made[0]:
        visits, events = day.visits, day.events
        count = len(visits.visitor)

        def per_visit(*kinds, events=events, count=count):
            return np.bincount(events.visit[np.isin(events.kind, kinds)], minlength=count)

        assert (visits.pageviews == per_visit(Kind.PAGEVIEW)).all()
        assert (visits.events == per_visit(Kind.EVENT, Kind.CLICK)).all()
        assert (visits.engaged_ms == np.bincount(events.visit, events.engaged_ms, minlength=count)).all()
        ends = np.zeros(count, dtype=np.int64)
        np.maximum.at(ends, events.visit, events.ts)
        assert (visits.ended_at == ends).all()
        assert (events.ts >= visits.started_at[events.visit]).all()
        assert ((events.name > 0) == np.isin(events.kind, (Kind.EVENT, Kind.CLICK))).all()


def test_first_and_last_page_view_are_of_entry_and_exit_page(made):
    for day in made[0]:
        visits, events = day.visits, day.events
        views = np.flatnonzero(events.kind == Kind.PAGEVIEW)
        order = views[np.lexsort((events.ts[views], events.visit[views]))]
        first = np.cumsum(visits.pageviews) - visits.pageviews
        assert (events.ts[order][first] == visits.started_at).all()
        assert (events.path[order][first] == visits.entry).all()
        assert (events.path[order][first + visits.pageviews - 1] == visits.exit).all()


def test_visits_respect_the_session_timeout(made):
    for day in made[0]:
        order = np.lexsort((day.events.ts, day.events.visit))
        same = np.diff(day.events.visit[order]) == 0
        assert np.diff(day.events.ts[order])[same].max() < SESSION_TIMEOUT_MS
    visitor, begin, end = (
        np.concatenate([getattr(day.visits, name) for day in made[0]]) for name in ("visitor", "started_at", "ended_at")
    )
    order = np.lexsort((begin, visitor))
    same = np.diff(visitor[order]) == 0
    assert same.sum() > 1_000
    assert (begin[order][1:] - end[order][:-1])[same].min() > SESSION_TIMEOUT_MS


def test_attributes_of_a_visitor_are_the_same_in_every_visit(made):
    of_visitor = {}
    for day in made[0]:
        visits = day.visits
        columns = (visits.visitor, visits.place, visits.language, visits.network, visits.bot, visits.screen)
        for visitor, *facts in zip(*columns, strict=True):
            assert of_visitor.setdefault(visitor, facts) == facts


def test_visitors_are_numbered_without_gaps_and_have_first_and_last_visit(made):
    days, visitors = made
    first, last = {}, {}
    for day in days:
        for visitor, start in zip(day.visits.visitor.tolist(), day.visits.started_at.tolist(), strict=True):
            first[visitor] = min(first.get(visitor, start), start)
            last[visitor] = max(last.get(visitor, start), start)
    assert sorted(first) == list(range(visitors.count))
    assert [first[n] for n in range(visitors.count)] == visitors.first_visits.tolist()
    assert [last[n] for n in range(visitors.count)] == visitors.last_visits.tolist()


def test_generated_site_has_realistic_proportions(made, tables):
    visits, events = ([getattr(day, part) for day in made[0]] for part in ("visits", "events"))

    def of_visits(name):
        return np.concatenate([getattr(part, name) for part in visits])

    count = len(of_visits("visitor"))
    assert made[1].count / count == pytest.approx(0.6, abs=0.04)
    assert (of_visits("pageviews") == 1).mean() == pytest.approx(0.45, abs=0.02)
    assert of_visits("pageviews").mean() == pytest.approx(3, abs=0.1)
    assert 0.01 < (of_visits("bot") > 0).mean() < 0.05
    assert len(tables.paths) == PATHS == 5_000
    assert len(set(tables.places.pieces)) == CITIES + 1
    assert {kind for part in events for kind in np.unique(part.kind)} == {int(kind) for kind in Kind}


def test_visitor_ids_belong_to_the_shard_that_the_collector_chooses():
    identity = identify(np.arange(500), 3, 16)
    ids = [row.astype(">u8").tobytes() for row in identity.ids]
    assert len(set(ids)) == 500
    assert [shard_of(visitor, 16) for visitor in ids] == identity.shards.tolist()


def test_days_share_all_visits_and_the_last_one_ends_an_hour_ago():
    days = days_between(date(2026, 3, 20), date(2026, 4, 10), BERLIN, 10_000, 1, NOW)
    assert sum(day.visits for day in days) == 10_000
    assert [day.date for day in days] == [date(2026, 3, 20) + timedelta(days=n) for n in range(22)]
    lengths = {day.date: (day.end - day.begin) / 3_600_000 for day in days}
    assert lengths.pop(date(2026, 3, 29)) == 23  # the clocks go forward
    assert NOW.timestamp() * 1000 - 2 * 3_600_000 < days[-1].end <= NOW.timestamp() * 1000 - 3_600_000
    assert {hours for day, hours in lengths.items() if day < date(2026, 4, 10)} == {24}


@pytest.mark.parametrize(
    ("until", "months", "first"),
    [
        (date(2026, 11, 22), 12, date(2025, 11, 23)),
        (date(2026, 12, 31), 12, date(2026, 1, 1)),
        (date(2026, 2, 28), 1, date(2026, 2, 1)),
        (date(2026, 3, 30), 1, date(2026, 2, 28)),
    ],
)
def test_range_of_months_ends_with_its_last_day(until, months, first):
    assert first_day(until, months) == first


def test_choices_follow_weights_and_numbers_are_uniform():
    picked = WeightedIndex([6, 3, 1]).pick(uniform(np.arange(100_000), 5))
    assert np.bincount(picked) / 100_000 == pytest.approx([0.6, 0.3, 0.1], abs=0.01)
    assert len(np.unique(mixed(np.arange(100_000), 1))) == 100_000
    assert np.corrcoef(uniform(np.arange(10_000), 1), uniform(np.arange(10_000), 2))[0, 1] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("dimension", [RollupDimension.PAGE, RollupDimension.TOTAL])
@pytest.mark.parametrize("visitors", [1, 200, 1_500, 1_501, 40_000, 30_000_000])
def test_generated_sketch_estimates_its_number_of_visitors(dimension, visitors):
    chance = np.random.default_rng(1)
    one, other = sketch_of(dimension, visitors, chance), sketch_of(dimension, visitors, chance)
    error = 4 * standard_error(dimension)
    assert merge_sketches(dimension, [one]).estimate == pytest.approx(visitors, rel=error)
    assert merge_sketches(dimension, [one, other]).estimate == pytest.approx(2 * visitors, rel=error)
