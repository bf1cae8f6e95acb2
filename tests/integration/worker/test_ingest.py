"""The ingest stores the beacons of the streams exactly once."""

import contextlib
import uuid

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from common.beacon import Kind, encode_beacon
from common.streams import StreamReader, StreamWriter
from common.streams.writer import STREAM
from services.worker.app import WorkerParts
from services.worker.ingest.ingest import Ingest
from tests.conftest import SHARDS
from tests.support.beacons import CHROME, MINUTE, NOON, beacon_maker, visitor

COUNTS = "select site_id, outcome, sum(beacons)::int as beacons from ingest_counts group by 1, 2 order by 1, 2"


async def counts(pool) -> dict[tuple[int, str], int]:
    return {(row["site_id"], row["outcome"]): row["beacons"] for row in await pool.fetch(COUNTS)}


async def test_visit_is_stored_with_all_its_values(pool, put, work):
    make = beacon_maker()
    await put(
        [
            make(NOON, path="/in", query="utm_source=news&utm_campaign=may", referrer="https://www.google.com/search",
                 width=1440, language="en-GB"),
            make(NOON + MINUTE, path="/out"),
            make(NOON + 2 * MINUTE, kind=Kind.EVENT, path="/out", name="signup", props={"plan": "pro"}),
            make(NOON + 3 * MINUTE, kind=Kind.LEAVE, path="/out", engaged_ms=42_000, scroll=80),
        ]
    )  # fmt: skip

    assert await work() > 0

    [visit] = await pool.fetch("select * from visits")
    assert visit["visitor_id"] == uuid.UUID(bytes=visitor("anna"))
    assert (visit["pageviews"], visit["events"], visit["engaged_ms"]) == (2, 1, 42_000)
    assert (visit["entry_page"], visit["exit_page"], visit["hostname"]) == ("/in", "/out", "shop.example")
    assert (visit["ended_at"] - visit["started_at"]).total_seconds() == 180
    assert (visit["utm_source"], visit["utm_campaign"], visit["referrer"]) == ("news", "may", "www.google.com/search")
    assert (visit["browser"], visit["os"], visit["device"]) == ("Chrome", "Linux", "Desktop")
    assert (visit["user_agent"], visit["network"]) == (CHROME, "81.2.69.0/24")
    assert visit["bot_reason"] == ""
    events = await pool.fetch("select * from events order by ts")
    assert [Kind(event["kind"]) for event in events] == [Kind.PAGEVIEW, Kind.PAGEVIEW, Kind.EVENT, Kind.LEAVE]
    assert {event["visit_started_at"] for event in events} == {visit["started_at"]}
    assert (events[2]["name"], events[2]["props"]) == ("signup", {"plan": "pro"})
    assert (events[3]["engaged_ms"], events[3]["scroll"]) == (42_000, 80)
    [row] = await pool.fetch("select first_visit, last_visit from visitors")
    assert row["first_visit"] == row["last_visit"] == visit["started_at"]
    assert await counts(pool) == {(1, "stored"): 4}


async def test_visit_continues_in_next_batch(pool, put, work):
    make = beacon_maker()
    for minute in (0, 10, 20, 60):
        await put([make(NOON + minute * MINUTE, path=f"/{minute}")])
        await work()

    visits = await pool.fetch("select * from visits order by started_at")
    assert [(v["pageviews"], v["entry_page"], v["exit_page"]) for v in visits] == [(3, "/0", "/20"), (1, "/60", "/60")]
    [row] = await pool.fetch("select * from visitors")
    assert (row["last_visit"] - row["first_visit"]).total_seconds() == 3600


async def test_visit_continues_across_end_of_month(pool, put, work):
    make = beacon_maker()
    midnight = NOON + (8 * 24 + 12) * 60 * MINUTE  # 1 December
    await put([make(midnight - MINUTE)])
    await work()
    await put([make(midnight + MINUTE)])
    await work()

    assert await pool.fetchval("select count(*) from visits") == 1
    assert await pool.fetchval("select count(distinct tableoid) from events") == 2


async def test_streams_are_trimmed_and_jobs_keep_no_result(redis, put, work):
    make = beacon_maker()
    await put(make(who=f"visitor {n}") for n in range(50))
    await work()

    assert await StreamReader(redis).waiting(range(4)) == {}
    assert [key for key in await redis.keys("arq:*") if b"result" in key] == []


async def test_events_of_any_month_have_a_partition(pool, put, work):
    make = beacon_maker()
    await put([make(NOON - 11 * 365 * 24 * 60 * MINUTE)])
    await work()

    partition = await pool.fetchval("select tableoid::regclass::text from visits")
    assert partition.startswith("visits_2015_11_")  # the name continues with the part of the partition


async def test_dropped_partition_is_created_again_for_late_events(pool, put, worker):
    make, long_ago = beacon_maker(), NOON - 11 * 365 * 24 * 60 * MINUTE
    await put(make(long_ago, who=f"visitor {n}") for n in range(8))
    for shard in range(SHARDS):
        await worker.ingest.store_next(shard)
    await pool.execute("select drop_month('2015-11-01', '{}', '{}', now())")
    assert await pool.fetchval("select count(*) from visits") == 0
    await put(make(moment, who=f"visitor {n}") for n in range(20) for moment in (long_ago, NOON))
    for shard in range(SHARDS):
        await worker.ingest.store_next(shard)
    assert await pool.fetchval("select count(*) from visits") == 40
    assert await counts(pool) == {(1, "stored"): 48}


async def test_stored_beacons_are_counted_when_redis_becomes_unavailable(pool, put, worker, monkeypatch):
    await put([beacon_maker()(who="anna")])

    async def unavailable(*_: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(StreamReader, "trim", unavailable)
    for shard in range(SHARDS):
        with contextlib.suppress(RedisConnectionError):
            await worker.ingest.store_next(shard)
    assert await counts(pool) == {(1, "stored"): 1}
    assert worker.metrics.get_sample_value("pyuniqvisit_worker_beacons_total", {"outcome": "stored"}) == 1


async def test_bots_are_stored_separately_with_reason(pool, put, work):
    make = beacon_maker()
    await put([make(user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")])
    await work()

    assert await pool.fetchval("select bot_reason from visits") != ""
    assert await pool.fetchval("select is_bot from events") is True


async def test_site_can_count_bots_as_visitors(pool, put, work):
    await pool.execute(
        "insert into sites (id, name, url, bot_policy, created_at) values (9, 'demo', 'https://x', 'count', now())"
    )
    make = beacon_maker()
    await put(
        [make(user_agent="curl/8.0", site_id=9), make(automated=True, site_id=9, who="ben"), make(automated=True)]
    )
    await work()

    assert await pool.fetchval("select count(*) from visits where bot_reason = ''") == 2
    assert await pool.fetchval("select bot_reason from visits where site_id = 1") == "hint:webdriver"


async def test_leave_without_visit_is_dropped_and_counted(pool, put, work):
    make = beacon_maker()
    await put([make(kind=Kind.LEAVE)])
    await work()

    assert await counts(pool) == {(1, "dropped:no-visit"): 1}


async def test_repeatable_beacon_is_stored_once(pool, put, work):
    make = beacon_maker()
    line = make(repeatable=True)
    await put([line, line, make(NOON + 1)])
    await work()
    await put([line, make(NOON + 2, repeatable=True)])
    await work()

    assert await pool.fetchval("select pageviews from visits") == 3
    assert await counts(pool) == {(1, "stored"): 3, (1, "dropped:repeated"): 2}


async def test_undecodable_beacon_becomes_dead_letter_and_blocks_no_other(pool, redis, put, work):
    make = beacon_maker()
    good = encode_beacon(make())
    await StreamWriter(redis).append({0: [good, b"\x93\x01\x02\x03", b"\xc0"]})
    await StreamWriter(redis).append({0: [good[:-3] + b"\xc1\xc1\xc1"]})
    await redis.xadd(STREAM.format(0), {"n": 1, "b": b"no msgpack at all"})
    await put([make(NOON + 1)])
    await work()

    letters = await pool.fetch("select * from dead_letters")
    stored = (await counts(pool)).get((1, "stored"), 0)
    assert (len(letters), stored) == (4, 2)
    assert all(letter["error"].startswith("cannot be decoded") for letter in letters)
    assert (await counts(pool))[0, "dead"] == len(letters)


@pytest.mark.parametrize(
    "poison", [{"width": 40_000}, {"kind": Kind.EVENT, "name": "nul\x00"}, {"engaged_ms": 2**40}, {"scroll": 2**20}]
)
async def test_only_beacon_that_postgres_rejects_becomes_dead_letter(pool, put, work, poison):
    make = beacon_maker()
    await put([make(NOON + n, who="mallory") for n in range(20)])
    await put([make(NOON - 60 * MINUTE, who="mallory", **poison), make(NOON + 40, who="mallory")])
    await work()

    assert (await pool.fetchval("select error from dead_letters")).startswith("storing: ")
    assert await pool.fetchval("select sum(pageviews) from visits") == 21
    assert await counts(pool) == {(1, "stored"): 21, (1, "dead"): 1}


@pytest.mark.parametrize("poison", [{"site_id": 2**40}, {"received_at": 2**60}, {"visitor_id": b"short"}, {"id": b""}])
async def test_invalid_ids_and_times_become_dead_letters(pool, put, work, poison):
    make = beacon_maker()
    await put([make(), make(**poison)])
    await work()

    assert await pool.fetchval("select count(*) from dead_letters") == 1
    assert await counts(pool) == {(0, "dead"): 1, (1, "stored"): 1}


async def test_failing_step_affects_only_its_beacon(pool, worker: WorkerParts, put, monkeypatch):
    make = beacon_maker()
    enrich = worker.ingest._pipeline.enrich

    class Failing:
        def enrich(self, beacon):
            if beacon.path == "/bad":
                raise RuntimeError("boom")
            return enrich(beacon)

    monkeypatch.setattr(worker.ingest, "_pipeline", Failing())
    await put([make(), make(path="/bad"), make()])
    for shard in range(4):
        await worker.ingest.drain(shard, 1)

    assert await pool.fetchval("select error from dead_letters") == "enriching: RuntimeError"
    assert await counts(pool) == {(1, "stored"): 2, (1, "dead"): 1}


async def test_crash_before_commit_stores_nothing_and_loses_nothing(pool, worker: WorkerParts, put, work, monkeypatch):
    make = beacon_maker()
    await put([make()])

    class PowerCutError(Exception):
        pass

    async def cut(*_):
        raise PowerCutError

    from services.worker.ingest.writer import ShardWriter

    with monkeypatch.context() as patched:
        patched.setattr(ShardWriter, "advance", cut)
        for shard in range(4):
            try:
                await worker.ingest.store_next(shard)
            except PowerCutError:
                break
    assert await pool.fetchval("select count(*) from events") == 0

    await work()
    assert await pool.fetchval("select count(*) from events") == 1


async def test_crash_after_commit_does_not_store_twice(pool, worker: WorkerParts, redis, put, work, monkeypatch):
    make = beacon_maker()
    await put([make()])

    async def do_nothing(*_):
        return None

    with monkeypatch.context() as patched:
        patched.setattr(StreamReader, "trim", do_nothing)
        for shard in range(4):
            await worker.ingest.store_next(shard)
    assert await StreamReader(redis).waiting(range(4)) != {}

    await work()
    assert await pool.fetchval("select count(*) from events") == 1
    assert await StreamReader(redis).waiting(range(4)) == {}


async def test_two_workers_never_store_same_beacon(pool, worker: WorkerParts, put):
    import asyncio

    make = beacon_maker()
    await put(make(NOON + n, who=f"visitor {n % 40}") for n in range(2000))
    ingest: Ingest = worker.ingest
    await asyncio.gather(*(ingest.drain(shard, 10) for shard in (0, 1, 2, 3) for _ in range(3)))

    assert await pool.fetchval("select count(*) from events") == 2000


async def test_reset_stream_is_reported_and_read_from_beginning(pool, worker: WorkerParts, redis, put, work):
    make = beacon_maker()
    await put([make()])
    await work()
    await redis.flushall()
    await pool.execute("update ingest_offsets set last_id = '99999999999999-0'")
    await put([make(NOON + 1)])

    await work()

    assert await pool.fetchval("select count(*) from events") == 2
    assert worker.metrics.get_sample_value("pyuniqvisit_worker_stream_resets_total") == 1


async def test_registry_in_redis_follows_database(pool, worker: WorkerParts, redis):
    from common.registry import published_sites
    from services.worker.scheduler.maintenance import reconcile_registry

    await pool.execute("insert into sites (name, url, created_at) values ('shop', 'https://shop.example', now())")

    assert await reconcile_registry(pool, redis) is True
    assert [site.name for site in await published_sites(redis)] == ["shop"]
    assert await reconcile_registry(pool, redis) is False
