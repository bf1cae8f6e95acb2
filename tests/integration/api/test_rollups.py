"""Rebuilding rollups, on request and when the time zone of a site changes."""

from datetime import UTC, datetime, timedelta

import pytest

from common.rollups import Grain, RollupDimension
from services.worker.rollups.rebuild import CORRECTION_DELAY, Rebuild
from tests.support.beacons import visitor
from tests.support.recount import rolled_up
from tests.support.rows import add_visit

# 01:30 of the next day in Berlin.
LATE = datetime(2046, 11, 10, 23, 30, tzinfo=UTC)


@pytest.fixture
def call(client, admin):
    """Send a request as an administrator and return the response."""

    async def ask(method, path, body=None, status=200):
        answer = await client.request(method, path, json=body, headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    return ask


@pytest.fixture
async def site_id(call, pool):
    await call("POST", "/api/v1/sites", {"name": "shop", "url": "https://shop.example"}, 201)
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    await add_visit(pool, site_id, LATE, visitor=visitor("anna"))
    return site_id


@pytest.fixture
def rebuild(pool, settings, clock):
    return Rebuild(pool, range(settings.install.shards), clock)


async def days(pool, site_id):
    """Return the days that have rollups."""
    keys = await rolled_up(pool, site_id)
    return sorted(f"{key.bucket}" for key in keys if (key.dimension, key.grain) == (RollupDimension.TOTAL, Grain.DAY))


async def test_days_are_rebuilt_from_raw_rows(call, pool, site_id, rebuild, clock):
    state = await call("POST", "/api/v1/sites/shop/rollups/rebuild", {"from": "2046-11-10", "to": "2046-11-12"}, 202)
    assert state["days_to_rebuild"] == 3

    assert await rebuild.run(60) == 0, "workers may still count by what was true before"
    clock.forward(CORRECTION_DELAY)
    await rebuild.run(60)
    assert (await call("GET", "/api/v1/sites/shop/rollups"))["days_to_rebuild"] == 0
    assert await days(pool, site_id) == ["2046-11-10"]


async def test_new_time_zone_rebuilds_all_days(call, pool, site_id, rebuild, clock):
    await call("POST", "/api/v1/sites/shop/rollups/rebuild", {}, 202)
    await rebuild.run(60, at_once=True)
    assert await days(pool, site_id) == ["2046-11-10"]

    await call("PATCH", "/api/v1/sites/shop", {"timezone": "Europe/Berlin"})
    clock.forward(timedelta(minutes=1))
    await rebuild.run(60)
    assert await days(pool, site_id) == ["2046-11-11"]


async def test_range_that_ends_before_it_begins_is_rejected(call, site_id):
    wrong = {"from": "2046-11-12", "to": "2046-11-10"}
    problem = await call("POST", "/api/v1/sites/shop/rollups/rebuild", wrong, 422)
    assert [field["field"] for field in problem["errors"]] == ["to"]
