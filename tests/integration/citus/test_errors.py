"""Errors of a cluster: those of a single beacon, and temporary ones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
from redis.asyncio import Redis

from common.clock import system_clock
from common.config import Settings
from services.cli.doctor.check_result import Severity
from services.cli.doctor.database import check_database
from services.worker.app import WorkerParts, open_worker
from services.worker.scheduler.runner import run_until
from tests.integration.citus.servers import all_of, send, stored
from tests.support.beacons import MINUTE, NOON, beacon_maker
from tests.support.proxy import SlowTcpProxy


async def test_only_duplicate_event_becomes_dead_letter(pool, put, work):
    """For a failed COPY, Citus reports only that it failed."""
    make = beacon_maker()
    twice = make(NOON + 5 * MINUTE)
    await put([make(NOON), twice])
    await work()

    await put([make(NOON + number * MINUTE) for number in range(6, 10)] + [twice])
    await work()

    assert await pool.fetchval("select count(*) from events") == 6
    assert await pool.fetchval("select error from dead_letters") == "storing: UniqueViolationError"
    assert await pool.fetchval("select sum(beacons)::int from ingest_counts where outcome = 'dead'") == 1
    assert await pool.fetchval("select pageviews from visits") == 6


async def test_server_error_creates_no_dead_letters(worker: WorkerParts, pool, put, monkeypatch):
    async def broken(*_: object, **__: object) -> None:
        raise asyncpg.InternalServerError("connection to a server was lost")

    make = beacon_maker()
    await put([make(NOON + number) for number in range(9)])
    with monkeypatch.context() as patched:
        patched.setattr("services.worker.ingest.writer.ShardWriter._copy", broken)
        for shard in range(4):
            with contextlib.suppress(asyncpg.InternalServerError):
                await worker.ingest.store_next(shard)
    assert await pool.fetchval("select count(*) from dead_letters") == 0

    for shard in range(4):
        await worker.ingest.drain(shard, 5)
    assert await pool.fetchval("select count(*) from events") == 9


@pytest.fixture
async def ways(pool) -> AsyncIterator[Sequence[SlowTcpProxy]]:
    """Proxies between the coordinator and each of the other servers."""
    nodes = await pool.fetch("select nodeid, nodename, nodeport from pg_dist_node where groupid <> 0 order by nodeid")
    proxies = [SlowTcpProxy(node["nodename"], node["nodeport"]) for node in nodes]
    for node, proxy in zip(nodes, proxies, strict=True):
        await proxy.start()
        await pool.execute("select citus_update_node($1, '127.0.0.1', $2)", node["nodeid"], proxy.port)
    yield proxies
    for proxy in proxies:
        await proxy.stop()


async def test_temporary_server_outage_loses_and_duplicates_nothing(
    settings: Settings, redis: Redis, ways: Sequence[SlowTcpProxy]
):
    async with open_worker(settings) as parts:
        stop = asyncio.Event()
        working = asyncio.create_task(run_until(parts, stop))
        sending = asyncio.create_task(send(redis, range(3_000)))
        for way in ways:
            await asyncio.sleep(1)
            way.cut()
            await asyncio.sleep(2)
            way.heal()
        await sending
        try:
            assert await stored(settings, 3_000) == all_of(3_000)
        finally:
            stop.set()
            await working


async def test_doctor_reports_unreachable_server(settings: Settings, ways: Sequence[SlowTcpProxy]):
    assert settings.database.url is not None
    url = settings.database.url.get_secret_value()

    async def levels() -> list[Severity]:
        found = await check_database(url, settings.install.shards, system_clock)
        return [result.severity for result in found if result.check.startswith("server ")]

    assert await levels() == [Severity.OK, Severity.OK]
    ways[0].cut()
    assert sorted(await levels()) == sorted([Severity.OK, Severity.PROBLEM])
