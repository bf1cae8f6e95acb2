"""On several servers, reports count each number once while compaction moves it from deltas to rollups."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.worker.app import open_worker
from tests.conftest import SHARDS
from tests.integration.api.conftest import NOW, StillClock
from tests.integration.api.seeding import some_visitor, store
from tests.integration.citus.test_reports import WAYS, install
from tests.support.beacons import beacon_maker
from tests.support.citus import citus_databases
from tests.support.servers import settings_for

VISITS = 60


@pytest.fixture
def distributed_url() -> Iterator[str]:
    with citus_databases(SHARDS) as databases, databases.clone() as url:
        yield url


@pytest.mark.timeout(300)
async def test_concurrent_compaction_does_not_change_reported_visits(distributed_url, valkey, redis, monkeypatch):
    monkeypatch.setattr("services.worker.rollups.compaction._BATCHES_AT_ONCE", 1)
    async with install(distributed_url, valkey, redis, WAYS["from rollups"], visits=0) as distributed:
        settings, clock = settings_for(distributed_url, valkey.url, shards=SHARDS), StillClock(NOW)
        make = beacon_maker()
        at = int((NOW - timedelta(days=2)).timestamp() * 1000)
        beacons = [make(at + number, visitor_id=some_visitor(number)) for number in range(VISITS)]
        for first in range(0, VISITS, 4):
            await store(beacons[first : first + 4], settings, redis, clock)

        async def visits() -> int:
            url = "/api/v1/sites/shop/stats/summary?period=7d"
            answer = await (await distributed.client.get(url, headers=distributed.headers)).json()
            assert answer["accuracy"]["source"] == "rollups"
            return answer["visits"]

        seen = [await visits()]
        async with open_worker(settings, clock, burst=True) as worker:
            moving = asyncio.create_task(worker.compaction.run(120, everything=True))
            while not moving.done():
                seen.append(await visits())
        moved = await moving
        seen.append(await visits())
    assert moved > 500
    assert len(seen) > 5
    assert set(seen) == {VISITS}
