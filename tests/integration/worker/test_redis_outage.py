"""Repeated outages of Redis: the worker logs each once and keeps all its job slots."""

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
from services.worker.scheduler.queue import MAX_PERIODIC_TASKS, SHARD_QUEUE, job_queue, make_shard_worker
from services.worker.scheduler.resilient_worker import ResilientWorker
from tests.support.beacons import NOON, beacon_maker
from tests.support.servers import settings_for
from tests.support.services import ServiceProcess
from tests.support.waiting import until

SHARDS = 4


@pytest.fixture
def own_valkey(tmp_path):
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def running(own_valkey, database_url, tmp_path):
    service = ServiceProcess("worker", settings_for(database_url, own_valkey.url, shards=SHARDS), tmp_path)
    await service.start()
    yield service
    assert service.stop() == 0


async def test_worker_logs_each_outage_once_and_continues_afterwards(pool, running, own_valkey: EmbeddedValkey):
    make, numbers = beacon_maker(), count(1)
    outages = MAX_PERIODIC_TASKS + 1
    for _ in range(outages):
        redis = connect_redis(RedisSettings(url=own_valkey.url))
        for sent in islice(numbers, 20):
            beacon = make(NOON + sent, who=f"{sent:04}")
            await StreamWriter(redis).append({shard_of(beacon.visitor_id, SHARDS): [encode_beacon(beacon)]})
        await redis.aclose()
        await asyncio.to_thread(own_valkey.stop, kill=True)
        await asyncio.sleep(1.2)
        await asyncio.to_thread(own_valkey.start)

    async def all_stored():
        assert not await pool.fetch("select error from dead_letters")
        return await pool.fetchval("select count(*) from events") == sent

    await until(all_stored)
    site = "insert into sites (name, url, created_at) values ('shop', 'https://shop.example', now()) returning id"
    site_id = await pool.fetchval(site)
    await pool.execute("insert into insight_requests (site_id, requested_at) values ($1, now())", site_id)

    async def task_done():
        return await pool.fetchval("select count(*) from insights") > 0

    await until(task_done)
    text = running.log.read_text()
    assert "Traceback" not in text
    assert "never retrieved" not in text
    logged = Counter(json.loads(line)["message"] for line in text.splitlines())
    outage_lines = {message: times for message, times in logged.items() if message.endswith(": failed; retrying")}
    assert "dispatcher: failed; retrying" in outage_lines
    assert all(times <= outages for times in outage_lines.values()), outage_lines


@contextmanager
def unreachable(queue, monkeypatch):
    def fails(*_, **__):
        raise RedisConnectionError("Connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(queue, "pipeline", fails)
        yield


async def test_job_that_could_not_start_frees_its_slot(redis, monkeypatch):
    done = []

    async def ingest(shard):
        done.append(shard)

    queue = job_queue(redis)
    worker: ResilientWorker = make_shard_worker(queue, ingest, max_jobs=1, burst=True)
    await queue.enqueue_job("ingest_shard", 3, _job_id="ingest:3")
    for _ in range(5):
        with unreachable(queue, monkeypatch), pytest.raises(RedisConnectionError):
            await worker.start_jobs([b"ingest:3"])
    assert worker.job_counter == 0
    await worker.async_run()
    assert done == [3]
    await queue.aclose()


async def test_running_job_is_not_started_again_in_same_process(redis):
    started, proceed = [], asyncio.Event()

    async def ingest(shard):
        started.append(shard)
        await proceed.wait()

    queue = job_queue(redis)
    worker = make_shard_worker(queue, ingest, max_jobs=4, burst=True)
    await queue.enqueue_job("ingest_shard", 3, _job_id="ingest:3")
    await worker.start_jobs([b"ingest:3"])
    await until(lambda: started)
    await redis.delete("arq:in-progress:ingest:3")  # as after eight seconds, or after Redis lost its data
    await worker.start_jobs([b"ingest:3"])
    await asyncio.sleep(0.05)
    proceed.set()
    await worker.async_run()
    assert started == [3]
    assert worker.jobs_failed == 0
    assert await redis.zcard(SHARD_QUEUE) == 0
    await queue.aclose()
