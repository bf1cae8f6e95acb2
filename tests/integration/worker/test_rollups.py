"""Rollups say what the raw rows say, however they came about."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from common.beacon import Beacon, Kind, encode_beacon
from common.identity import shard_of
from common.rollups import Rolled
from common.rollups.dirty import mark_dirty
from common.store.accounts import NewSite, create_site
from common.streams import StreamReader, StreamWriter
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild
from services.worker.app import WorkerParts, open_worker
from services.worker.writer import ShardWriter
from tests.support.beacons import MINUTE, beacon_maker
from tests.support.recount import Key, Numbers, recounted, rolled_up

CLOCKS_CHANGE = (
    ("UTC", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 2, 27, 12, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 4, tzinfo=UTC)),
)
"""Time zones, and moments half a day or so before something happens to their clocks, or a month ends."""

HOURS = 40
said = st.tuples(
    st.integers(0, HOURS * 60).map(lambda minutes: minutes * MINUTE),
    st.sampled_from(["anna", "ben", "cleo", "dana", "emil"]),
    st.sampled_from(list(Kind)),
    st.sampled_from(["/", "/a", "/b", ""]),
    st.integers(0, 90) | st.just(0),
    st.booleans(),
)
batches = st.lists(said, min_size=1, max_size=12)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("batch"), batches),
        st.tuples(st.just("crash before the commit"), batches),
        st.tuples(st.just("crash after the commit"), batches),
        st.tuples(st.just("compact"), st.none()),
        st.tuples(st.just("correct"), st.integers(0, 2)),
        st.tuples(st.just("rebuild"), st.none()),
        st.tuples(st.just("rebuild and stop"), st.none()),
    ),
    min_size=2,
    max_size=9,
)


class CrashError(Exception):
    pass


class Store:
    """One site, and a worker's hands on it."""

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
            self.pool, NewSite(f"site-{count}", "https://example.com", timezone=timezone), self.now
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
        """The worker dies while it stores a batch; its end comes just before, or just after, the commit."""

        async def die(*_: object) -> None:
            raise CrashError

        of, name = (StreamReader, "trim") if committed else (ShardWriter, "advance")
        for shard in self._shards:
            with monkeypatch.context() as patch:
                patch.setattr(of, name, die)
                try:
                    await self._parts.ingest.store_next(shard)
                except CrashError:
                    pass

    async def correct(self, day: int) -> None:
        wanted = (self.start + timedelta(days=day)).date()
        async with self.pool.acquire() as connection:
            await mark_dirty(connection, day, [(self.site_id, wanted)], self.now)

    async def sayings(self) -> tuple[dict[Key, Numbers], dict[Key, Numbers]]:
        """What the rollups say, and what the raw rows do."""
        return await rolled_up(self.pool, self.site_id), await recounted(self.pool, self.site_id, self.timezone)


def but_exits(numbers: dict[Key, Numbers]) -> dict[Key, Numbers]:
    return {key: value for key, value in numbers.items() if key.dimension is not Rolled.EXIT}


@pytest.fixture
async def store(settings, redis):
    async with open_worker(settings, lambda: round(datetime(2026, 11, 22, tzinfo=UTC).timestamp() * 1000)) as parts:
        yield Store(parts, redis, settings.install.shards)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(where=st.sampled_from(CLOCKS_CHANGE), script=steps)
async def test_whatever_happens_in_whatever_order_rollups_say_what_the_raw_rows_say(store, monkeypatch, where, script):
    await store.begin(*where)
    for what, more in script:
        if what in ("batch", "crash before the commit", "crash after the commit"):
            await store.put(more)
        if what.startswith("crash"):
            await store.crash(monkeypatch, committed="after" in what)
        if what in ("batch", "crash after the commit"):
            await store.store()
        elif what == "compact":
            await store.compaction.run(60, everything=True)
        elif what == "correct":
            await store.correct(more)
        elif what.startswith("rebuild"):
            calls = iter(range(3))
            await store.rebuild.run(60, (lambda: next(calls, None) is None) if "stop" in what else bool, at_once=True)

    await store.store()
    await store.compaction.run(60, everything=True)
    rolled, raw = await store.sayings()
    assert but_exits(rolled) == but_exits(raw)
    await store.rebuild.run(60, at_once=True)
    rolled, raw = await store.sayings()
    assert rolled == raw
    assert not await store.pool.fetchval("select count(*) from rollup_dirty where site_id = $1", store.site_id)
