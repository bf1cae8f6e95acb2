"""What an import leaves out, and what it leaves alone."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.conftest import SHARDS
from tests.integration.api.conftest import NOW
from tests.support.rows import add_visit

WHO = b"anna".ljust(16, b"\0")


async def test_whoever_was_erased_does_not_come_back_by_file(here):
    site_id = await here.make_site("shop")
    for name, hours in ((WHO, 5), (b"bob".ljust(16, b"\0"), 4)):
        await add_visit(here.pool, site_id, NOW - timedelta(hours=hours), visitor=name, seconds=1, events=(1,))
    file = await here.export("shop")
    await here.client.delete(f"/api/v1/sites/shop/visitors/{WHO.hex()}", headers=here.admin.headers)
    before = await here.rows(site_id)
    answer = await here.take("shop", file)
    assert answer["erased"] == 3, "a visit and its two events"
    assert await here.rows(site_id) == before


async def test_of_somebody_who_came_back_after_the_erasure_only_that_is_known(here, there, clock):
    site_id, other = await here.make_site("shop"), await there.make_site("market")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5), visitor=WHO)
    await there.client.delete(f"/api/v1/sites/market/visitors/{WHO.hex()}", headers=there.admin.headers)
    clock.forward(timedelta(minutes=10))
    back = NOW + timedelta(minutes=5)
    await add_visit(here.pool, site_id, back, visitor=WHO)
    answer = await there.take("market", await here.export("shop"))
    assert answer["erased"] == 2
    visitor = await there.pool.fetchrow("select first_visit, last_visit from visitors where site_id = $1", other)
    assert tuple(visitor) == (back, back)


async def test_an_event_without_its_visit_is_left_out_and_counted(here, there):
    site_id = await here.make_site("shop")
    await there.make_site("market")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5), visitor=WHO, events=(1,), seconds=1)
    header, _, *events = (await here.export("shop", format="jsonl")).splitlines()
    lonely = {**json.loads(header), "visits": 0}
    answer = await there.take("market", b"\n".join([json.dumps(lonely).encode(), *events]))
    assert (answer["without_visit"], answer["events"]) == (2, {"read": 2, "stored": 0})


async def test_a_site_that_is_being_deleted_takes_nothing(here):
    site_id = await here.make_site("shop")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5), visitor=WHO)
    file = await here.export("shop")
    await here.make_site("copy")
    await here.pool.execute("update sites set deleted_at = now() where name = 'copy'")
    assert (await here.refusal("copy", file))[:2] == (404, "site-not-found")


@pytest.mark.parametrize("hours", [0, 3])
async def test_an_import_waits_for_an_ingest_of_the_same_shard(here, hours):
    """The lock of a shard's offset keeps the two apart, so that neither stores what the other is about to store."""
    site_id = await here.make_site("shop")
    await here.make_site("copy")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5 + hours), visitor=WHO)
    file = await here.export("shop")
    async with here.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        for shard in range(SHARDS):
            await connection.execute("select 1 from ingest_offsets where shard = $1 for update", shard)
        importing = asyncio.create_task(here.take("copy", file))
        await asyncio.sleep(0.3)
        assert not importing.done()
        await transaction.commit()
    assert (await importing)["visits"]["stored"] == 1
