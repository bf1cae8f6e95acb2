"""Erasing a visitor: afterwards every number is that of a store which never saw them."""

import asyncio
import random
import uuid
from contextlib import AsyncExitStack

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.beacon import Kind, decode_beacon
from common.clock import utc
from common.identity import shard_of
from common.store import load_queries, open_pool
from common.streams import StreamWriter
from services.api.app import create_app
from services.worker.app import open_worker
from tests.integration.api.conftest import StillClock
from tests.integration.api.people import add_user
from tests.integration.api.stored import put, storing, work
from tests.support.beacons import MINUTE, NOON, beacon_maker, visitor
from tests.support.servers import settings_for

SHARDS = 4
SQL = load_queries("services.api.visitors")
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LATER = NOON + 40 * DAY
TABLES = {
    "visitors": "site_id, visitor_id",
    "visits": "site_id, visitor_id, started_at",
    "events": "site_id, ts, id",
    "dead_letters": "id",
    "visitor_notes": "site_id, visitor_id",
}
QUESTIONS = (
    "stats/summary?period=day",
    "stats/summary?period=30d",
    "stats/summary?period=all",
    "stats/timeseries?period=30d",
    "stats/timeseries?period=all&interval=month",
    "visitors?bot=any&limit=200",
    "visits?bot=any&limit=200",
)
WHO = [f"visitor {n}" for n in range(12)]
ERASED = (WHO[3], WHO[7])


def population():
    """Beacons of many visitors over two months, in batches: visits that go on, engagement, bots, bad beacons."""
    chance, make = random.Random(7), beacon_maker()
    beacons = []
    for at in sorted(NOON - chance.randrange(60 * DAY) // MINUTE * MINUTE for _ in range(120)):
        who = chance.choice(WHO)
        agent = {"user_agent": "Googlebot/2.1"} if who == WHO[7] else {}
        kind = chance.choice([Kind.PAGEVIEW, Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK])
        beacons.append(make(at, who=who, kind=kind, path=f"/{chance.randrange(5)}", name="n", **agent))
        beacons.append(make(at + 9 * MINUTE, who=who, path="/next", **agent))
        beacons.append(make(at + 10 * MINUTE, who=who, kind=Kind.LEAVE, path="/next", engaged_ms=5_000, **agent))
    # Postgres takes no such time: a dead letter.
    beacons += [make(NOON, who=who, kind=Kind.EVENT, name="x", engaged_ms=2**40) for who in WHO[2:5]]
    return beacons


class Install:
    """A store with an API in front of it."""

    def __init__(self, client, user, pool, settings, redis, clock):
        self.client, self.user, self.pool = client, user, pool
        self.settings, self.redis, self.clock = settings, redis, clock

    async def store(self, beacons):
        async with storing(self.settings, self.redis, self.clock) as store:
            await store(beacons)

    async def ask(self, path):
        answer = await self.client.get(f"/api/v1/sites/shop/{path}", headers=self.user.headers)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def erase(self, who):
        path = f"/api/v1/sites/shop/visitors/{uuid.UUID(bytes=visitor(who))}"
        answer = await self.client.delete(path, headers=self.user.headers)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def note(self, who):
        path = f"/api/v1/sites/shop/visitors/{uuid.UUID(bytes=visitor(who))}/note"
        answer = await self.client.put(path, json={"label": f"note on {who}"}, headers=self.user.headers)
        assert answer.status == 200, await answer.text()

    async def rows(self, table):
        text = f"select * from {table} order by {TABLES[table]}"
        own = {"failed_at", "updated_at"}
        return [{k: v for k, v in row.items() if k not in own} for row in await self.pool.fetch(text)]


async def opened(stack, url, valkey, redis, name):
    settings = settings_for(url, valkey.url, shards=SHARDS)
    clock = StillClock(utc(LATER))
    pool = await stack.enter_async_context(await open_pool(settings.database, application=name))
    client = await stack.enter_async_context(TestClient(TestServer(create_app(settings, clock))))
    user = await add_user(pool, "ada", settings, clock, is_admin=True)
    body = {"name": "shop", "url": "https://shop.example"}
    assert (await client.post("/api/v1/sites", json=body, headers=user.headers)).status == 201
    return Install(client, user, pool, settings, redis, clock)


@pytest.fixture
async def install(database_url, valkey, redis):
    async with AsyncExitStack() as stack:
        yield await opened(stack, database_url, valkey, redis, "install")


@pytest.fixture
def second_database_url(databases):
    with databases.clone() as url:
        yield url


@pytest.fixture
async def innocent(second_database_url, valkey, redis):
    """A second install, which never sees who is erased in the first."""
    async with AsyncExitStack() as stack:
        yield await opened(stack, second_database_url, valkey, redis, "innocent")


async def test_numbers_after_erasure_equal_those_without_the_visitor(install, innocent, redis):
    beacons = population()
    await install.store(beacons[:200])
    await install.store(beacons[200:])
    for who in (WHO[1], *ERASED):
        await install.note(who)
    assert await install.rows("dead_letters")
    for who in ERASED:
        erased = await install.erase(who)
        assert erased["visits"] > 0
        assert erased["events"] > erased["visits"]

    await redis.flushall()
    others = [beacon for beacon in beacons if beacon.visitor_id not in map(visitor, ERASED)]
    assert 0 < len(others) < len(beacons)
    await innocent.store([beacon for beacon in others if beacon in beacons[:200]])
    await innocent.store([beacon for beacon in others if beacon not in beacons[:200]])
    await innocent.note(WHO[1])
    for table in TABLES:
        assert await install.rows(table) == await innocent.rows(table), table
    for question in QUESTIONS:
        assert await install.ask(question) == await innocent.ask(question), question


async def test_erased_rows_are_counted(install):
    make = beacon_maker()
    await install.store([make(), make(NOON + MINUTE, path="/b"), make(NOON + DAY), make(who="ben")])
    erased = await install.erase("anna")
    assert (erased["visits"], erased["events"], erased["dead_letters"]) == (2, 3, 0)
    assert (await install.erase("anna"))["visits"] == 0


async def test_queued_beacons_of_erased_visitor_are_not_stored(install, redis, pool):
    make = beacon_maker()
    await put(redis, [make(), make(who="ben")], SHARDS)
    await install.erase("anna")
    await install.store([make(NOON + MINUTE)])  # from a collector's spool, or a log that is imported again
    assert [row["visitor_id"].bytes for row in await install.rows("visits")] == [visitor("ben")]
    assert await pool.fetchval("select sum(beacons) from ingest_counts where outcome = 'dropped:erased'") == 2


async def test_erased_visitor_leaves_no_dead_letters(install, redis):
    make = beacon_maker()
    impossible = {"kind": Kind.EVENT, "name": "x", "engaged_ms": 2**40}
    await put(redis, [make(**impossible), make(who="ben", **impossible)], SHARDS)
    await install.erase("anna")
    await install.store([])
    [letter] = await install.rows("dead_letters")
    assert decode_beacon(letter["payload"]).visitor_id == visitor("ben")


async def test_note_written_during_erasure_is_deleted(install, pool):
    await install.store([beacon_maker()()])
    anna, shard = uuid.UUID(bytes=visitor("anna")), shard_of(visitor("anna"), SHARDS)
    async with pool.acquire() as connection, connection.transaction():
        assert await connection.fetchval(SQL["lock_visitor"], shard, 1, anna)
        await connection.execute(SQL["put_note"], 1, anna, "label", "", utc(LATER))
        erasing = asyncio.create_task(install.erase("anna"))
        await asyncio.sleep(0.2)
        assert not erasing.done()
    await erasing
    assert await install.rows("visitor_notes") == []


async def test_beacons_after_erasure_belong_to_a_new_visitor(install):
    make = beacon_maker()
    await install.store([make(LATER - MINUTE, path="/before")])
    await install.erase("anna")
    await install.store([make(LATER - 1, path="/before"), make(LATER + MINUTE, path="/after")])
    [visit] = await install.rows("visits")
    assert (visit["entry_page"], visit["pageviews"]) == ("/after", 1)
    [known] = await install.rows("visitors")
    assert known["first_visit"] == utc(LATER + MINUTE)


async def test_same_visitor_of_other_site_is_kept(install):
    make = beacon_maker()
    await install.store([make(), make(site_id=2)])
    await install.erase("anna")
    for table in ("visitors", "visits", "events"):
        assert [row["site_id"] for row in await install.rows(table)] == [2], table


async def test_undecodable_dead_letters_are_deleted(install, redis, pool):
    make = beacon_maker()
    broken = b"\x93\x01\xc4\x10" + visitor("anna") + b"\x05"
    await StreamWriter(redis).append({shard_of(visitor("anna"), SHARDS): [broken, b"\x91\x05"]})
    await install.store([make(who="ben")])
    assert len(await install.rows("dead_letters")) == 2
    assert (await install.erase("anna"))["dead_letters"] == 1
    assert [row["payload"] for row in await install.rows("dead_letters")] == [b"\x91\x05"]


async def test_erasure_and_ingest_batches_wait_for_each_other(install, redis, pool):
    make = beacon_maker()
    shard = shard_of(visitor("anna"), SHARDS)
    await put(redis, [make()], SHARDS)
    async with open_worker(install.settings, install.clock, burst=True) as worker, pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute("select 1 from ingest_offsets where shard = $1 for update", shard)
            erasing = asyncio.create_task(install.erase("anna"))
            await asyncio.sleep(0.2)
            assert not erasing.done()
            assert await work(worker, SHARDS) == 0
        await erasing
        assert await work(worker, SHARDS) == 1
    assert await install.rows("visits") == []


async def test_erasure_during_live_traffic_leaves_no_rows(install, redis):
    make = beacon_maker()

    async def ingest(worker):
        for n in range(40):
            await put(redis, [make(NOON + n * HOUR, who=who) for who in WHO], SHARDS)
            await work(worker, SHARDS)

    async def erase():
        for who in WHO[:6] * 2:
            await install.erase(who)
            await asyncio.sleep(0.005)

    async with open_worker(install.settings, install.clock, burst=True) as worker:
        await asyncio.gather(ingest(worker), erase())
        await work(worker, SHARDS)
    assert {row["visitor_id"].bytes for row in await install.rows("visits")} == set(map(visitor, WHO[6:]))
    assert {row["visitor_id"].bytes for row in await install.rows("visitors")} == set(map(visitor, WHO[6:]))
    assert len(await install.rows("events")) == 6 * 40
