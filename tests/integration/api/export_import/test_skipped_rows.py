"""Which rows an import skips, and when it waits."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.conftest import SHARDS
from tests.integration.api.conftest import NOW
from tests.support.rows import add_visit

VISITOR = b"anna".ljust(16, b"\0")


async def test_import_skips_rows_of_an_erased_visitor(here):
    site_id = await here.make_site("shop")
    for name, hours in ((VISITOR, 5), (b"bob".ljust(16, b"\0"), 4)):
        await add_visit(here.pool, site_id, NOW - timedelta(hours=hours), visitor=name, seconds=1, events=(1,))
    file = await here.export("shop")
    await here.client.delete(f"/api/v1/sites/shop/visitors/{VISITOR.hex()}", headers=here.admin.headers)
    before = await here.rows(site_id)
    answer = await here.import_file("shop", file)
    assert answer["erased"] == 3, "a visit and its two events"
    assert await here.rows(site_id) == before


async def test_import_stores_only_visits_after_an_erasure(here, there, clock):
    site_id, other = await here.make_site("shop"), await there.make_site("market")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5), visitor=VISITOR)
    await there.client.delete(f"/api/v1/sites/market/visitors/{VISITOR.hex()}", headers=there.admin.headers)
    clock.forward(timedelta(minutes=10))
    back = NOW + timedelta(minutes=5)
    await add_visit(here.pool, site_id, back, visitor=VISITOR)
    answer = await there.import_file("market", await here.export("shop"))
    assert answer["erased"] == 2
    visitor = await there.pool.fetchrow("select first_visit, last_visit from visitors where site_id = $1", other)
    assert tuple(visitor) == (back, back)


async def test_import_skips_and_counts_events_without_visit(here, there):
    site_id = await here.make_site("shop")
    await there.make_site("market")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5), visitor=VISITOR, events=(1,), seconds=1)
    header, _, *events = (await here.export("shop", format="jsonl")).splitlines()
    lonely = {**json.loads(header), "visits": 0}
    answer = await there.import_file("market", b"\n".join([json.dumps(lonely).encode(), *events]))
    assert (answer["without_visit"], answer["events"]) == (2, {"read": 2, "stored": 0})


async def test_import_into_a_site_being_deleted_is_rejected(here):
    site_id = await here.make_site("shop")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5), visitor=VISITOR)
    file = await here.export("shop")
    await here.make_site("copy")
    await here.pool.execute("update sites set deleted_at = now() where name = 'copy'")
    assert (await here.import_problem("copy", file))[:2] == (404, "site-not-found")


@pytest.mark.parametrize("hours", [0, 3])
async def test_import_waits_for_the_worker_on_the_same_shard(here, hours):
    """The lock on the shard's offset prevents both from storing the same rows."""
    site_id = await here.make_site("shop")
    await here.make_site("copy")
    await add_visit(here.pool, site_id, NOW - timedelta(hours=5 + hours), visitor=VISITOR)
    file = await here.export("shop")
    async with here.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        for shard in range(SHARDS):
            await connection.execute("select 1 from ingest_offsets where shard = $1 for update", shard)
        importing = asyncio.create_task(here.import_file("copy", file))
        await asyncio.sleep(0.3)
        assert not importing.done()
        await transaction.commit()
    assert (await importing)["visits"]["stored"] == 1
