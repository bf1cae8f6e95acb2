"""Redis away, again and again: the worker says so in one line each time, and loses none of its places for jobs."""

import asyncio
import json
from collections import Counter
from contextlib import contextmanager
from itertools import count, islice

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from common.beacon import encode_beacon
from common.config import RedisSettings
from common.connections import connect_redis
from common.identity import shard_of
from common.streams import StreamWriter
from services.cli.embedded import EmbeddedValkey
from services.worker.scheduler.queue import CHORES_AT_ONCE, SHARDS_QUEUE, job_queue, shard_worker
from services.worker.scheduler.resilient_worker import SteadyWorker
from tests.support.beacons import NOON, beacon_maker
from tests.support.servers import settings_for
from tests.support.services import ServiceProcess
from tests.support.waiting import until

SHARDS = 4


@pytest.fixture
def valkey_of_its_own(tmp_path):
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def running(valkey_of_its_own, database_url, tmp_path):
    service = ServiceProcess("worker", settings_for(database_url, valkey_of_its_own.url, shards=SHARDS), tmp_path)
    await service.start()
    yield service
    assert service.stop() == 0


async def test_outages_are_one_line_each_and_everything_goes_on_afterwards(
    pool, running, valkey_of_its_own: EmbeddedValkey
):
    make, numbers = beacon_maker(), count(1)
    outages = CHORES_AT_ONCE + 1
    for _ in range(outages):
        redis = connect_redis(RedisSettings(url=valkey_of_its_own.url))
        for sent in islice(numbers, 20):
            beacon = make(NOON + sent, who=f"{sent:04}")
            await StreamWriter(redis).append({shard_of(beacon.visitor_id, SHARDS): [encode_beacon(beacon)]})
        await redis.aclose()
        await asyncio.to_thread(valkey_of_its_own.stop, kill=True)
        await asyncio.sleep(1.2)
        await asyncio.to_thread(valkey_of_its_own.start)

    async def all_stored():
        assert not await pool.fetch("select error from dead_letters")
        return await pool.fetchval("select count(*) from events") == sent

    await until(all_stored)
    site = "insert into sites (name, url, created_at) values ('shop', 'https://shop.example', now()) returning id"
    site_id = await pool.fetchval(site)
    await pool.execute("insert into insight_requests (site_id, requested_at) values ($1, now())", site_id)

    async def chore_done():
        return await pool.fetchval("select count(*) from insights") > 0

    await until(chore_done)
    text = running.log.read_text()
    assert "Traceback" not in text
    assert "never retrieved" not in text
    said = Counter(json.loads(line)["message"] for line in text.splitlines())
    away = {message: times for message, times in said.items() if message.endswith(": failed; retrying")}
    assert "dispatcher: failed; retrying" in away
    assert all(times <= outages for times in away.values()), away


@contextmanager
def unreachable(queue, monkeypatch):
    def fails(*_, **__):
        raise RedisConnectionError("Connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(queue, "pipeline", fails)
        yield


async def test_a_job_that_could_not_be_started_leaves_its_place_to_the_next(redis, monkeypatch):
    done = []

    async def ingest(shard):
        done.append(shard)

    queue = job_queue(redis)
    worker: SteadyWorker = shard_worker(queue, ingest, at_once=1, burst=True)
    await queue.enqueue_job("ingest_shard", 3, _job_id="ingest:3")
    for _ in range(5):
        with unreachable(queue, monkeypatch), pytest.raises(RedisConnectionError):
            await worker.start_jobs([b"ingest:3"])
    assert worker.job_counter == 0
    await worker.async_run()
    assert done == [3]
    await queue.aclose()


async def test_what_is_at_work_is_not_begun_a_second_time_here(redis):
    begun, go_on = [], asyncio.Event()

    async def ingest(shard):
        begun.append(shard)
        await go_on.wait()

    queue = job_queue(redis)
    worker = shard_worker(queue, ingest, at_once=4, burst=True)
    await queue.enqueue_job("ingest_shard", 3, _job_id="ingest:3")
    await worker.start_jobs([b"ingest:3"])
    await until(lambda: begun)
    await redis.delete("arq:in-progress:ingest:3")  # as after eight seconds, or with an emptied Redis
    await worker.start_jobs([b"ingest:3"])
    await asyncio.sleep(0.05)
    go_on.set()
    await worker.async_run()
    assert begun == [3]
    assert worker.jobs_failed == 0
    assert await redis.zcard(SHARDS_QUEUE) == 0
    await queue.aclose()
