"""The check of the store finds what is wrong."""

from array import array
from datetime import UTC, datetime

import pytest

from common.clock import system_clock
from common.sites import SiteSettings
from common.store.accounts import create_site
from common.streams import StreamServers
from services.worker.app import open_worker
from tests.chaos.accounting import Findings, check
from tests.chaos.client import Sent
from tests.integration.api.stored import put, work
from tests.support.beacons import beacon_maker

SHARDS = 4
NUMBERS = range(100, 140)


@pytest.fixture
async def check_store(settings, redis, pool):
    """Store forty acknowledged beacons; return a function that checks the store."""
    site_id = await create_site(pool, SiteSettings("shop", "https://shop.example"), datetime.now(UTC))
    make, now = beacon_maker(), system_clock()
    beacons = [make(now, f"visitor {n % 9}", site_id=site_id, path=f"/{n % 5}", props={"n": n}) for n in NUMBERS]
    await put(redis, beacons, SHARDS)
    async with open_worker(settings, burst=True) as parts:
        await work(parts, SHARDS)
    sent = Sent(array("q", NUMBERS))

    async def check_store() -> Findings:
        return await check(settings, StreamServers.one(redis), SHARDS, sent)

    return check_store


async def test_correct_store_has_no_findings(check_store):
    found = await check_store()
    assert (found.stored, found.lost, found.duplicated, found.never_sent) == (40, [], [], [])
    assert found.disagreements == []
    assert found.accounts == {"accepted": 40, "stored": 40}
    assert found.rollup_rows > 50


async def test_deleted_beacon_is_found_as_lost(check_store, pool):
    await pool.execute("delete from events where props ->> 'n' = '117'")
    found = await check_store()
    assert found.lost == [117]
    assert "counted as stored and events: 40 and 39" in found.disagreements
    assert "page views of visits and of events: 40 and 39" in found.disagreements
    assert any("rollups that differ from the recount" in each for each in found.disagreements)


async def test_duplicated_and_never_sent_beacons_are_found(check_store, pool):
    async with pool.acquire() as connection:
        await connection.execute(
            "create temp table duplicates as select * from events where props ->> 'n' in ('117', '118')"
        )
        await connection.execute("update duplicates set id = gen_random_uuid()")
        await connection.execute("update duplicates set props = '{\"n\": 999}' where props ->> 'n' = '118'")
        await connection.execute("insert into events select * from duplicates")
        await connection.execute("drop table duplicates")
    found = await check_store()
    assert (found.duplicated, found.never_sent, found.lost) == ([117], [999], [])
    assert "visits that disagree with their events: 2 and 0" in found.disagreements
