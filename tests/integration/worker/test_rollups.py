"""Rollups have the numbers of the raw rows, whether they were compacted or rebuilt."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from common.beacon import Beacon, Kind, encode_beacon
from common.identity import shard_of
from common.rollups import Grain, RollupDimension
from common.rollups.sketch import standard_error
from common.rollups.stale_days import mark_stale
from common.sites import SiteSettings
from common.store.accounts import create_site
from common.streams import StreamReader, StreamWriter
from services.worker.app import WorkerParts, open_worker
from services.worker.ingest.writer import ShardWriter
from services.worker.rollups.compaction import MAX_AGE, Compaction
from services.worker.rollups.rebuild import Rebuild
from services.worker.rollups.store import lock_site
from tests.support.beacons import MINUTE, beacon_maker
from tests.support.recount import Key, Numbers, recounted, rolled_up

TIME_ZONES = (
    ("UTC", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 2, 27, 12, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 4, tzinfo=UTC)),
)
"""Time zones, with times about half a day before their clocks change or a month ends."""

HOURS = 40
actions = st.tuples(
    st.integers(0, HOURS * 60).map(lambda minutes: minutes * MINUTE),
    st.sampled_from(["anna", "ben", "cleo", "dana", "emil"]),
    st.sampled_from(list(Kind)),
    st.sampled_from(["/", "/a", "/b", ""]),
    st.integers(0, 90) | st.just(0),
    st.booleans(),
)
batches = st.lists(actions, min_size=1, max_size=12)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("batch"), batches),
        st.tuples(st.just("crash before commit"), batches),
        st.tuples(st.just("crash after commit"), batches),
        st.tuples(st.just("compact"), st.none()),
        st.tuples(st.just("correct"), st.integers(0, 2)),
        st.tuples(st.just("rebuild"), st.none()),
        st.tuples(st.just("stopped rebuild"), st.none()),
    ),
    min_size=2,
    max_size=9,
)


class CrashError(Exception):
    pass


class SiteUnderTest:
    """One site, with the operations of a worker on it."""

    def __init__(self, parts: WorkerParts, redis: Redis, shards: int) -> None:
        self.pool = parts.pool
        self._parts = parts
        self._redis = redis
        self._shards = range(shards)
        self._make = beacon_maker()
        self.now = datetime(2026, 11, 22, tzinfo=UTC)
        clock = lambda: round(self.now.timestamp() * 1000)  # noqa: E731
        self.compaction = Compaction(self.pool, clock)
        self.rebuild = Rebuild(self.pool, self._shards, clock)

    async def begin(self, timezone: str, begin: datetime) -> None:
        count = await self.pool.fetchval("select count(*) from sites")
        self.timezone, self.start = timezone, begin
        self.site_id = await create_site(
            self.pool, SiteSettings(f"site-{count}", "https://example.com", timezone=timezone), self.now
        )

    async def put(self, batch) -> None:
        start = round(self.start.timestamp() * 1000)
        by_shard: dict[int, list[bytes]] = {}
        for at, who, kind, path, engaged, is_bot in batch:
            beacon = self._beacon(start + at, f"{who}{' the bot' * is_bot}", kind, path, engaged, is_bot)
            by_shard.setdefault(shard_of(beacon.visitor_id, len(self._shards)), []).append(encode_beacon(beacon))
        await StreamWriter(self._redis).append(by_shard)

    def _beacon(self, at: int, who: str, kind: Kind, path: str, engaged: int, is_bot: bool) -> Beacon:
        more: dict[str, object] = {"user_agent": "curl/8.5.0"} if is_bot else {}
        if kind is Kind.LEAVE:
            more |= {"engaged_ms": engaged * 1000, "scroll": engaged}
        elif kind is not Kind.PAGEVIEW:
            more |= {"name": f"name of {path}"}
        query = f"utm_source={path.strip('/')}" if engaged % 2 else ""
        return self._make(at, who, kind, path or "/", site_id=self.site_id, query=query, **more)

    async def store(self) -> None:
        for shard in self._shards:
            while await self._parts.ingest.store_next(shard):
                pass

    async def crash(self, monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> None:
        """Let the worker crash while it stores a batch, just before or just after the commit."""

        async def die(*_: object) -> None:
            raise CrashError

        owner, method = (StreamReader, "trim") if committed else (ShardWriter, "advance")
        for shard in self._shards:
            with monkeypatch.context() as patch:
                patch.setattr(owner, method, die)
                with suppress(CrashError):
                    await self._parts.ingest.store_next(shard)

    async def correct(self, day: int) -> None:
        wanted = (self.start + timedelta(days=day)).date()
        async with self.pool.acquire() as connection:
            await mark_stale(connection, day, [(self.site_id, wanted)], self.now)

    async def numbers(self) -> tuple[dict[Key, Numbers], dict[Key, Numbers]]:
        """Return the numbers of the rollups, and those counted from the raw rows."""
        return await rolled_up(self.pool, self.site_id), await recounted(self.pool, self.site_id, self.timezone)


def after(calls: int) -> Callable[[], bool]:
    """Return a function that returns False so many times, and then True."""
    left = iter(range(calls))
    return lambda: next(left, None) is None


def without_exits(numbers: dict[Key, Numbers]) -> dict[Key, Numbers]:
    return {key: value for key, value in numbers.items() if key.dimension is not RollupDimension.EXIT}


@pytest.fixture
async def store(settings, redis):
    async with open_worker(settings, lambda: round(datetime(2026, 11, 22, tzinfo=UTC).timestamp() * 1000)) as parts:
        yield SiteUnderTest(parts, redis, settings.install.shards)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(where=st.sampled_from(TIME_ZONES), script=steps)
async def test_rollups_equal_raw_rows_after_any_sequence_of_operations(store, monkeypatch, where, script):
    await store.begin(*where)
    for what, more in script:
        if what in ("batch", "crash before commit", "crash after commit"):
            await store.put(more)
        if what.startswith("crash"):
            await store.crash(monkeypatch, committed="after" in what)
        if what in ("batch", "crash after commit"):
            await store.store()
        elif what == "compact":
            await store.compaction.run(60, everything=True)
        elif what == "correct":
            await store.correct(more)
        elif what.endswith("rebuild"):
            await store.rebuild.run(60, after(3) if "stopped" in what else bool, at_once=True)

    await store.store()
    await store.compaction.run(60, everything=True)
    rolled, raw = await store.numbers()
    assert without_exits(rolled) == without_exits(raw)
    await store.rebuild.run(60, at_once=True)
    rolled, raw = await store.numbers()
    assert rolled == raw
    assert not await store.pool.fetchval("select count(*) from stale_days where site_id = $1", store.site_id)


BERLIN = ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC))
A_DAY = [
    (minute * MINUTE, who, Kind.PAGEVIEW, path, 1, False)
    for minute, who, path in ((0, "anna", "/"), (3, "anna", "/a"), (5, "ben", "/"), (9 * 60, "anna", "/b"))
]


async def values_of(store: SiteUnderTest, dimension: RollupDimension, grain: Grain) -> dict[str, Numbers]:
    rolled = await rolled_up(store.pool, store.site_id)
    return {key.value: numbers for key, numbers in rolled.items() if (key.dimension, key.grain) == (dimension, grain)}


async def test_batch_is_counted_in_day_week_and_month(store):
    await store.begin(*BERLIN)
    await store.put(A_DAY)
    await store.store()
    await store.compaction.run(60, everything=True)

    expected = {"/": (2, 2), "/a": (1, 1), "/b": (1, 1)}
    for grain in Grain:
        pages = await values_of(store, RollupDimension.PAGE, grain)
        assert {page: (numbers.sums[3], numbers.visitors) for page, numbers in pages.items()} == expected
    assert not await store.pool.fetchval("select count(*) from rollup_deltas where site_id = $1", store.site_id)


async def test_few_deltas_wait_for_more_until_maximum_age(store):
    await store.begin(*BERLIN)
    await store.put(A_DAY)
    await store.store()

    assert await store.compaction.run(60) == 0
    store.now += MAX_AGE
    assert await store.compaction.run(60) > 0


async def test_second_worker_skips_site_whose_rollups_are_locked(store):
    await store.begin(*BERLIN)
    await store.put(A_DAY)
    await store.store()

    async with lock_site(store.pool, store.site_id) as held:
        assert held is not None
        assert await store.compaction.compact(store.site_id) == 0
        assert await store.rebuild.run(60, at_once=True) == 0
    assert await store.compaction.compact(store.site_id) > 0


async def test_exit_pages_are_counted_after_day_has_ended_and_changes_have_stopped(store):
    await store.begin(*BERLIN)
    await store.put(A_DAY)
    await store.store()
    await store.compaction.run(60, everything=True)

    store.now = datetime(2026, 10, 24, 22, 59, tzinfo=UTC)  # 00:59 of the next day
    await store.rebuild.run(60)
    assert await values_of(store, RollupDimension.EXIT, Grain.DAY) == {}
    store.now = datetime(2026, 11, 22, 0, 2, tzinfo=UTC)
    await store.rebuild.run(60)
    assert {
        page: numbers.sums[0] for page, numbers in (await values_of(store, RollupDimension.EXIT, Grain.DAY)).items()
    } == {
        "/": 1,
        "/a": 1,
        "/b": 1,
    }


async def test_change_of_past_day_invalidates_cached_reports(store):
    await store.begin(*BERLIN)
    version = "select version from rollup_state where site_id = $1"
    store.now = BERLIN[1] + timedelta(hours=1)
    await store.put(A_DAY)
    await store.store()
    await store.compaction.run(60, everything=True)
    assert await store.pool.fetchval(version, store.site_id) is None, "today has not ended"

    store.now += timedelta(days=1)
    await store.put([(60 * MINUTE, "cleo", Kind.PAGEVIEW, "/", 1, False)])
    await store.store()
    await store.compaction.run(60, everything=True)
    assert await store.pool.fetchval(version, store.site_id) == 1


async def test_many_visitors_are_estimated_within_error_of_sketch(store):
    await store.begin(*BERLIN)
    for hour in range(4):
        await store.put([(hour * 60 * MINUTE, f"{n}", Kind.PAGEVIEW, "/", 1, False) for n in range(hour * 500, 3_000)])
        await store.store()
    await store.compaction.run(60, everything=True)

    total = (await values_of(store, RollupDimension.TOTAL, Grain.DAY))[""]
    page = (await values_of(store, RollupDimension.PAGE, Grain.MONTH))["/"]
    assert total.sums[0] == 3_000 + 2_500 + 2_000 + 1_500
    assert total.visitors == pytest.approx(3_000, rel=4 * standard_error(RollupDimension.TOTAL))
    assert page.visitors == pytest.approx(3_000, rel=4 * standard_error(RollupDimension.PAGE))
