"""Counts from raw rows, of all visitors and of a sample, compared with a recount in Python."""

from datetime import UTC, datetime
from itertools import product
from random import Random

import pytest

from common.metrics import Metric
from services.api.reports.filters import parse_filter
from services.api.reports.metric_families import family_of, metrics_of
from services.api.reports.params import BreakdownPage, Sort
from services.api.reports.plan import Plan
from services.api.reports.raw_reader import RawReader
from services.api.reports.report_dimensions import DIMENSIONS, dimension_of
from services.api.reports.sample import all_visitors, sample_of
from tests.conftest import SHARDS
from tests.integration.api.recount import Recount
from tests.integration.api.seeding import place_visitors, some_beacons, store

BEGIN, END = datetime(2046, 11, 20, tzinfo=UTC), datetime(2046, 11, 22, tzinfo=UTC)
ALL = BreakdownPage("", Sort(), 1_000, 0)
FILTERS = (
    (),
    (("country", "is", "NZ|FR"),),
    (("page", "is", "/prices"),),
    (("page", "is_not", "/prices|/"), ("browser", "contains", "Chrome")),
    (("event", "is", "signup|buy"),),
    (("property.plan", "starts_with", "p"), ("device", "is", "desktop")),
    (("link", "contains", "pdf"),),
)


@pytest.fixture
def stats(pool):
    return RawReader(pool, SHARDS)


@pytest.fixture
async def busy_site(api_settings, redis, clock, pool):
    await store(some_beacons(Random(5), 1, BEGIN, END), api_settings, redis, clock)
    await place_visitors(pool)
    return await Recount.read(pool, 1, BEGIN, END)


def plan_of(filters=()):
    return Plan(1, (BEGIN,), END, tuple(parse_filter(":".join(each)) for each in filters))


def agrees(found, expected, family, what):
    numbers = {name: number for name, number in metrics_of(found, family).items() if number is not None}
    for name, number in numbers.items():
        if name in expected:
            assert number == pytest.approx(expected[name], abs=0.051), (name, what)
    assert Metric.VISITORS in numbers


async def test_every_dimension_matches_recount_under_every_filter(busy_site, stats):
    rows_seen = 0
    for filters, name in product(FILTERS, (*DIMENSIONS, "property.plan", "property.seats")):
        total, rows = await stats.breakdown(plan_of(filters), dimension_of(name), ALL)
        expected = busy_site.breakdown(name, filters)
        assert {value for value, _ in rows} == expected.keys(), (name, filters)
        assert total == len(rows)
        for value, counts in rows:
            agrees(counts, expected[value], family_of(name), (name, value, filters))
        rows_seen += total
    assert rows_seen > 500


async def test_totals_with_engagement_match_recount(busy_site, stats):
    for filters in FILTERS:
        (counts,) = await stats.counts(plan_of(filters))
        assert (counts.visits > 0) == (busy_site.totals(filters)["visits"] > 0)
        agrees(counts, busy_site.totals(filters), family_of("total"), filters)


async def test_shards_partition_the_totals(busy_site, stats):
    """Some shards are a sample because each visitor is on one shard, with all events."""
    for name in ("country", "page", "event"):
        _, whole = await stats.breakdown(plan_of(), dimension_of(name), ALL)
        parts = [
            await stats.breakdown(plan_of(), dimension_of(name), ALL, all_visitors(SHARDS).only(shard))
            for shard in range(SHARDS)
        ]
        for value, counts in whole:
            of_shards = [dict(rows)[value] for _, rows in parts if value in dict(rows)]
            assert sum(part.visitors for part in of_shards) == SHARDS * counts.visitors
            assert sum(part.pageviews for part in of_shards) == SHARDS * counts.pageviews


async def test_counts_within_budget_are_exact(busy_site, stats):
    visits = int(busy_site.totals()["visits"])
    (exact,) = await stats.counts(plan_of())
    (within,) = await stats.counts(plan_of(), sample_of(SHARDS, visits, visits))
    assert within == exact


async def test_sample_is_deterministic(busy_site, stats):
    visits = int(busy_site.totals()["visits"])
    sample = sample_of(SHARDS, visits, visits // 2)
    assert len(sample.shards) == SHARDS // 2
    once, again = [await stats.counts(plan_of(), sample) for _ in range(2)]
    assert once == again
    (everything,) = await stats.counts(plan_of())
    assert once != [everything]


async def test_estimate_is_within_its_error(busy_site, stats):
    (exact,) = await stats.counts(plan_of())
    for shards in range(1, SHARDS):
        sample = all_visitors(SHARDS).only(*range(shards))
        (found,) = await stats.counts(plan_of(), sample)
        assert abs(found.visitors - exact.visitors) <= 4 * sample.visitors_error(exact.visitors) * exact.visitors


async def test_cities_with_same_name_differ_by_country(pool, busy_site, stats):
    await pool.execute("update visits set country = 'US', city = 'Dunedin' where country = 'FR'")
    _, rows = await stats.breakdown(plan_of(), dimension_of("city"), ALL)
    assert {value for value, _ in rows} == {"", "NZ/Auckland", "NZ/Dunedin", "US/Dunedin"}
    (american,) = await stats.counts(plan_of((("city", "is", "US/Dunedin"),)))
    assert american.visits == dict(rows)["US/Dunedin"].visits > 0


async def test_first_visit_is_oldest_of_all_shards(pool, busy_site, stats):
    assert await stats.first_visit(1) == await pool.fetchval("select min(started_at) from visits where site_id = 1")
    assert await stats.first_visit(2) is None
