"""Of every accepted beacon, where it is, to the unit."""

import pytest

from common.beacon import Kind, encode_beacon
from common.identity import shard_of
from common.streams import StreamWriter
from common.streams.spool_status import SpoolStatus, publish_spool_status
from services.worker.app import open_worker
from services.worker.ingest.writer import ShardWriter
from tests.integration.api.stored import put, work
from tests.support.beacons import NOON, beacon_maker, visitor

SHARDS = 4
ACCOUNTS = ("ingest_offsets", "ingest_counts", "ingest_accepted")


@pytest.fixture
async def sites(client, admin, pool):
    for name in ("shop", "blog"):
        body = {"name": name, "url": f"https://{name}.example"}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return {site["name"]: site["id"] for site in await pool.fetch("select id, name from sites")}


@pytest.fixture
async def worker(settings, redis):
    async with open_worker(settings, lambda: NOON, burst=True) as parts:
        yield parts


async def accounting(client, admin, **query):
    answer = await client.get("/api/v1/accounting", params=query, headers=admin.headers)
    assert answer.status == 200, await answer.text()
    return await answer.json()


def account(accepted=0, stored=0, dropped=None, dead_letters=0, backlog=0, difference=0):
    return {
        "accepted": accepted,
        "stored": stored,
        "dropped": dropped or {},
        "dead_letters": dead_letters,
        "backlog": backlog,
        "difference": difference,
    }


def some(sites, count=40):
    make = beacon_maker()
    shop = [make(NOON + n, who=f"visitor {n % 9}", site_id=sites["shop"], path=f"/{n}") for n in range(count)]
    blog = [make(NOON + n, who=f"reader {n % 5}", site_id=sites["blog"]) for n in range(count // 2)]
    return [*shop, *blog, make(NOON, who="late", kind=Kind.LEAVE, site_id=sites["shop"], engaged_ms=5)]


async def test_install_without_beacons_has_zero_counts(client, admin, sites, redis):
    answer = await accounting(client, admin)
    assert (answer["total"], answer["sites"], answer["spooled"]) == (account(), [], 0)


async def test_beacon_is_in_backlog_first_and_then_stored_or_dropped(client, admin, sites, redis, worker):
    await put(redis, some(sites), SHARDS)
    waiting = await accounting(client, admin)
    assert waiting["total"] == account(61, backlog=61)
    assert [(site["site"], site["accepted"], site["backlog"]) for site in waiting["sites"]] == [
        ("shop", 41, 41),
        ("blog", 20, 20),
    ]

    await work(worker, SHARDS)
    await put(redis, some(sites, 10), SHARDS)
    answer = await accounting(client, admin)
    assert answer["total"] == account(77, stored=60, dropped={"no-visit": 1}, backlog=16)
    assert answer["sites"] == [
        {"site": "shop"} | account(52, stored=40, dropped={"no-visit": 1}, backlog=11),
        {"site": "blog"} | account(25, stored=20, backlog=5),
    ]
    only = await accounting(client, admin, site="blog")
    assert [site["site"] for site in only["sites"]] == ["blog"]


async def test_unreadable_beacons_are_counted(client, admin, sites, redis, worker):
    [good] = [encode_beacon(beacon_maker()(site_id=sites["shop"]))]
    await StreamWriter(redis).append({0: [good, b"\x93\x01\x02\x03", b"\xc0"]})
    await StreamWriter(redis).append({0: [good[:-3] + b"\xc1\xc1\xc1", good, good]})
    assert (await accounting(client, admin))["total"]["difference"] == 0
    await work(worker, SHARDS)
    answer = await accounting(client, admin)
    assert (answer["total"]["accepted"], answer["total"]["difference"]) == (6, 0)
    assert answer["total"]["stored"] + answer["total"]["dead_letters"] == 6
    assert all(site["difference"] == 0 for site in answer["sites"])


@pytest.mark.parametrize("committed", [False, True])
async def test_sum_is_correct_after_worker_dies(client, admin, sites, redis, worker, monkeypatch, committed):
    await put(redis, some(sites), SHARDS)

    async def dies(*_):
        raise ConnectionError("the worker died")

    of, name = (type(worker.streams), "trim") if committed else (ShardWriter, "advance")
    with monkeypatch.context() as patched:
        patched.setattr(of, name, dies)
        with pytest.raises(ConnectionError):
            await worker.ingest.store_next(shard_of(visitor("visitor 1"), SHARDS))
    answer = await accounting(client, admin)
    assert (answer["total"]["accepted"], answer["total"]["difference"]) == (61, 0)
    assert (answer["total"]["backlog"] < 61) is committed
    await work(worker, SHARDS)
    assert (await accounting(client, admin))["total"] == account(61, stored=60, dropped={"no-visit": 1})


async def test_beacons_lost_from_stream_are_missing_at_once_and_permanently(client, admin, sites, redis, worker, pool):
    make = beacon_maker()
    shard = shard_of(visitor("anna"), SHARDS)
    for n in range(5):
        await put(redis, [make(NOON + n, site_id=sites["shop"]) for _ in range(3)], SHARDS)
        if n == 0:
            await work(worker, SHARDS)
    entries = await redis.xrange(f"beacons:{shard}")
    await redis.xdel(f"beacons:{shard}", entries[1][0])
    assert (await accounting(client, admin))["total"] == account(15, stored=3, backlog=9, difference=3)
    await work(worker, SHARDS)
    assert (await accounting(client, admin))["total"] == account(15, stored=12, difference=3)
    assert worker.metrics.get_sample_value("pyuniqvisit_worker_missing_beacons_total") == 3

    await put(redis, [make(NOON + 9, site_id=sites["shop"])], SHARDS)
    await redis.xtrim(f"beacons:{shard}", maxlen=0, approximate=False)
    assert (await accounting(client, admin))["total"] == account(16, stored=12, difference=4)


async def test_emptied_redis_is_noticed_and_counting_continues(client, admin, sites, redis, worker):
    await put(redis, some(sites), SHARDS)
    await work(worker, SHARDS)
    await redis.flushall()
    await put(redis, some(sites), SHARDS)
    assert (await accounting(client, admin))["total"]["difference"] == 0
    await work(worker, SHARDS)
    answer = await accounting(client, admin)
    assert (answer["total"]["accepted"], answer["total"]["difference"]) == (122, 0)
    assert worker.metrics.get_sample_value("pyuniqvisit_worker_stream_resets_total") > 0


async def test_beacons_lost_by_restored_database_are_missing_exactly(client, admin, sites, redis, worker, pool):
    await put(redis, some(sites), SHARDS)
    await work(worker, SHARDS)
    kept = {table: await pool.fetch(f"select * from {table}") for table in ACCOUNTS}
    await put(redis, some(sites, 20), SHARDS)
    await work(worker, SHARDS)
    for table, rows in kept.items():  # as after the restore of a backup; visits and events are not looked at here
        await pool.execute(f"delete from {table}")
        places = ", ".join(f"${place + 1}" for place in range(len(rows[0])))
        await pool.executemany(f"insert into {table} values ({places})", [tuple(row) for row in rows])
    lost = 20 + 10 + 1
    assert (await accounting(client, admin))["total"]["difference"] == lost
    await put(redis, some(sites, 4), SHARDS)
    await work(worker, SHARDS)
    assert (await accounting(client, admin))["total"]["difference"] == lost


async def test_beacons_on_disks_of_collectors_are_reported(client, admin, sites, redis):
    await publish_spool_status(redis, "a1", SpoolStatus(40, 9_000, NOON))
    answer = await accounting(client, admin)
    assert answer["spooled"] == 40
    assert answer["spools"] == [
        {"collector": "a1", "beacons": 40, "bytes": 9000, "reported_at": "2026-11-22T12:00:00Z"}
    ]


async def test_unknown_site_is_not_found(client, admin, sites):
    answer = await client.get("/api/v1/accounting", params={"site": "unknown"}, headers=admin.headers)
    assert answer.status == 404
