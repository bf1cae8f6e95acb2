"""The first rows of a breakdown are the same whether all values were summed or only the greatest of each bucket."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.rollups import RollupDimension, VisitorSketch
from common.rollups.sketch import HASH_BYTES
from services.api.reports.params import BreakdownPage, Sort
from services.api.reports.periods import Days
from services.api.reports.rollups import ranking
from services.api.reports.rollups.bucket_cover import cover
from services.api.reports.rollups.range_state import RangeState, SiteCalendar
from services.api.reports.rollups.ranking import Ranking
from tests.support.beacons import visitor
from tests.support.rows import add_visit

TODAY = date(2026, 12, 24)
# Days, a week, and days again.
DAYS = Days(date(2026, 10, 30), date(2026, 11, 12))
BY_VISITORS = BreakdownPage("", Sort(), 3, 0)

values = st.sampled_from(["", "a", "b", "ab", "c", "d", "e", "f", "g", "ä"])
# Which of the visitors, by number; about as many as the index asks for, and often equally many.
seen = st.tuples(st.integers(0, 60), st.sampled_from([0, 1, 18, 19, 20, 21, 22, 40, 60]))
days = st.integers(0, DAYS.count - 1).map(lambda number: DAYS.first + timedelta(days=number))


def hashes(first: int, count: int) -> bytes:
    return b"".join(
        (number * 0x9E3779B97F4A7C15 % 2**63).to_bytes(HASH_BYTES) for number in range(first, first + count)
    )


@dataclass
class SourceData:
    """A site's numbers, written as they are stored, and the results of both read paths."""

    pool: Any
    shards: int
    site_id: int = 1_000

    def __post_init__(self) -> None:
        self.stale: frozenset[date] = frozenset()

    def begin(self, stale: set[date]) -> None:
        self.site_id += 1
        self.stale = frozenset(stale)

    @property
    def buckets(self) -> int:
        return len(cover(DAYS, TODAY, self.stale).buckets)

    async def add_rollup(self, number: int, value: str, first: int, count: int) -> None:
        grain, bucket = cover(DAYS, TODAY, self.stale).buckets[number]
        sketch = VisitorSketch(RollupDimension.SOURCE)
        sketch.add(hashes(first, count))
        await self.pool.execute(
            "insert into rollups values ($1, $2, $3, $4, $5, $6, 1, 1, 2, 0, 0, 3, 0, 0, $7, $8)",
            self.site_id, bucket, int(RollupDimension.SOURCE), int(grain), sketch.estimate, count, value,
            sketch.dump() if count else None,
        )  # fmt: skip

    async def add_delta(self, day: date, rows: dict[str, tuple[int, int]]) -> None:
        counts = [count for _, count in rows.values()]
        await self.pool.execute(
            "insert into rollup_deltas values "
            "(0, gen_random_uuid(), $1, $2, $3, $4, $5::int[], $5, $5::bigint[], $5, $5, $5, $5::bigint[], $5, $5, $6)",
            self.site_id, int(RollupDimension.SOURCE), day, list(rows), counts,
            [hashes(*each) for each in rows.values()],
        )  # fmt: skip

    async def add_raw(self, day: date, value: str, visitors: int) -> None:
        for number in range(visitors):
            moment = datetime(day.year, day.month, day.day, 12, number, tzinfo=UTC)
            await add_visit(self.pool, self.site_id, moment, visitor=visitor(f"{value} {number}"), shards=self.shards)
            await self.pool.execute(
                "update visits set source = $3 where site_id = $1 and started_at = $2", self.site_id, moment, value
            )

    async def rank(self, rows: BreakdownPage, *, days: Days = DAYS) -> Ranking:
        where = SiteCalendar(self.site_id, ZoneInfo("UTC"), TODAY)
        state = RangeState(0, self.stale, frozenset(), has_deltas=True, visits=0)
        async with self.pool.acquire() as connection:
            return await ranking.rank(connection, range(self.shards), where, days, RollupDimension.SOURCE, rows, state)


@pytest.fixture
def numbers(pool, settings) -> SourceData:
    return SourceData(pool, settings.install.shards)


@pytest.fixture
def count_sums(monkeypatch) -> Callable[[], int]:
    """How often all values were summed."""
    calls = []
    by_value = ranking.by_value

    def counted(*asked: str) -> str:
        calls.append(asked)
        return by_value(*asked)

    monkeypatch.setattr(ranking, "by_value", counted)
    return lambda: len(calls)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    stale=st.sets(days, max_size=2),
    rollups=st.dictionaries(st.tuples(st.integers(0, 30), values), seen, max_size=40),
    deltas=st.lists(st.tuples(days, st.dictionaries(values, seen, min_size=1, max_size=6)), max_size=2),
    raw=st.dictionaries(values, st.integers(1, 3), max_size=2),
    limit=st.integers(1, 5),
    page=st.integers(0, 2),
)
async def test_index_candidates_agree_with_full_sums(numbers, monkeypatch, stale, rollups, deltas, raw, limit, page):
    # So few of each bucket that there are usually more.
    monkeypatch.setattr(ranking, "_EXTRA_INDEX_CANDIDATES", 0)
    numbers.begin(stale)
    for (number, value), (first, count) in {
        (number % numbers.buckets, value): what for (number, value), what in rollups.items() if numbers.buckets
    }.items():
        await numbers.add_rollup(number, value, first, count)
    for day, rows in deltas:
        await numbers.add_delta(day, rows)
    for day in stale:
        for value, visitors in raw.items():
            await numbers.add_raw(day, value, visitors)
    rows = replace(BY_VISITORS, limit=limit, offset=page * limit)
    whole, first = await numbers.rank(rows), await numbers.rank(replace(rows, with_total=False))
    assert first.rows == whole.rows
    assert first.accuracy == whole.accuracy


async def test_top_values_are_found_without_summing_all(numbers, count_sums):
    numbers.begin(set())
    for number in range(numbers.buckets):
        for rank in range(80):
            await numbers.add_rollup(number, f"{rank:02}", 1_000 * number, 300 - 3 * rank)
    found = await numbers.rank(replace(BY_VISITORS, with_total=False))
    assert [value for value, _ in found.rows] == ["00", "01", "02"]
    assert found.total is None
    assert count_sums() == 0
    assert (await numbers.rank(BY_VISITORS)).rows == found.rows
    assert count_sums() == 1


async def test_all_values_are_summed_when_candidates_do_not_suffice(numbers, count_sums):
    numbers.begin(set())
    for number in range(numbers.buckets):
        await numbers.add_rollup(number, "many small ones", 1_000 * number, 19)
        await numbers.add_rollup(number, f"one of {number}", 1_000 * number, 100)
    found = await numbers.rank(replace(BY_VISITORS, limit=1, with_total=False))
    assert [(value, counts.visitors) for value, counts in found.rows] == [("many small ones", 19 * numbers.buckets)]
    assert count_sums() == 1
