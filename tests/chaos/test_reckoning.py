"""A reckoning that never found anything would prove nothing."""

from array import array
from datetime import UTC, datetime

import pytest

from common.clock import system_clock
from common.sites import SiteSettings
from common.store.accounts import create_site
from common.streams import StreamServers
from services.worker.app import open_worker
from tests.chaos.client import Sent
from tests.chaos.reckoning import Reckoning, reckon
from tests.integration.api.stored import put, work
from tests.support.beacons import beacon_maker

SHARDS = 4
NUMBERS = range(100, 140)


@pytest.fixture
async def reckoned(settings, redis, pool):
    """Forty numbered beacons are acknowledged and stored; gives a reckoning of them."""
    site_id = await create_site(pool, SiteSettings("shop", "https://shop.example"), datetime.now(UTC))
    make, now = beacon_maker(), system_clock()
    beacons = [make(now, f"visitor {n % 9}", site_id=site_id, path=f"/{n % 5}", props={"n": n}) for n in NUMBERS]
    await put(redis, beacons, SHARDS)
    async with open_worker(settings, burst=True) as parts:
        await work(parts, SHARDS)
    sent = Sent(array("q", NUMBERS))

    async def reckoned() -> Reckoning:
        return await reckon(settings, StreamServers.one(redis), SHARDS, sent)

    return reckoned


async def test_correct_store_has_no_findings(reckoned):
    found = await reckoned()
    assert (found.stored, found.lost, found.doubled, found.never_sent) == (40, [], [], [])
    assert found.disagreements == []
    assert found.accounts == {"accepted": 40, "stored": 40}
    assert found.rollup_rows > 50


async def test_deleted_beacon_is_found_as_lost(reckoned, pool):
    await pool.execute("delete from events where props ->> 'n' = '117'")
    found = await reckoned()
    assert found.lost == [117]
    assert "counted as stored, and events: 40 and 39" in found.disagreements
    assert "page views of visits, and of events: 40 and 39" in found.disagreements
    assert any("rollups that say something else" in each for each in found.disagreements)


async def test_duplicated_and_never_sent_beacons_are_found(reckoned, pool):
    async with pool.acquire() as connection:
        await connection.execute(
            "create temp table again as select * from events where props ->> 'n' in ('117', '118')"
        )
        await connection.execute("update again set id = gen_random_uuid()")
        await connection.execute("update again set props = '{\"n\": 999}' where props ->> 'n' = '118'")
        await connection.execute("insert into events select * from again")
        await connection.execute("drop table again")
    found = await reckoned()
    assert (found.doubled, found.never_sent, found.lost) == ([117], [999], [])
    assert "visits that do not say what their events say, and none: 2 and 0" in found.disagreements
