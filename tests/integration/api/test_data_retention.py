"""Expired and deleted data, as reported to administrators."""

from datetime import timedelta

import pytest

from services.worker.deletion.data_retention import ExpiredDataDeletion
from tests.integration.api.conftest import NOW
from tests.support.beacons import visitor
from tests.support.rows import add_visit


@pytest.fixture
def call(client, admin):
    """Send a request as an administrator and return the response."""

    async def ask(method, path, body=None, status=200):
        answer = await client.request(method, path, json=body, headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    return ask


@pytest.fixture
async def shop(call, pool):
    """A site that keeps 30 days, with a visit on every third of the last 60 days."""
    wanted = {"name": "shop", "url": "https://shop.example", "timezone": "Asia/Tokyo", "retention_days": 30}
    await call("POST", "/api/v1/sites", wanted, 201)
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    for days in range(0, 60, 3):
        await add_visit(pool, site_id, NOW - timedelta(days=days), visitor=visitor(f"{days}"), events=(1,))
    return site_id


@pytest.fixture
def worker(pool, settings, clock):
    return ExpiredDataDeletion(pool, range(settings.install.shards), clock)


GONE = {"visits": 9, "events": 18, "visitors": 9, "dead_letters": 0}
NOTHING = dict.fromkeys(GONE, 0)


async def test_report_counts_expired_data_and_deletes_nothing(call, pool, shop):
    [site] = (await call("GET", "/api/v1/data-retention?site=shop"))["sites"]
    assert site == {
        "site": "shop",
        "retention_days": 30,
        "kept_from": "2046-10-23",
        "expired": GONE,
        "runs": [],
    }
    assert await pool.fetchval("select count(*) from visits") == 20


async def test_deleted_data_matches_report(call, shop, worker):
    asked = await call("POST", "/api/v1/data-retention?site=shop", status=202)
    assert asked["sites"][0]["runs"][0]["finished_at"] is None
    await worker.run(60)
    [site] = (await call("GET", "/api/v1/data-retention?site=shop"))["sites"]
    assert site["expired"] == NOTHING
    [run] = site["runs"]
    assert {key: run[key] for key in GONE} == GONE
    assert run["finished_at"] is not None


async def test_repeated_run_deletes_data_that_arrived_since(call, pool, shop, worker):
    await worker.run(60)
    await add_visit(pool, shop, NOW - timedelta(days=50), visitor=visitor("imported"))
    await worker.run(60)
    [site] = (await call("GET", "/api/v1/data-retention"))["sites"]
    assert site["expired"]["visits"] == 1, "a run happens once a day, unless it is requested"
    await call("POST", "/api/v1/data-retention", status=202)
    await worker.run(60)
    [site] = (await call("GET", "/api/v1/data-retention"))["sites"]
    assert site["expired"] == NOTHING
    assert site["runs"][0]["visits"] == GONE["visits"] + 1


async def test_site_that_keeps_everything_reports_no_expired_data(call):
    await call("POST", "/api/v1/sites", {"name": "blog", "url": "https://blog.example"}, 201)
    [site] = (await call("POST", "/api/v1/data-retention", status=202))["sites"]
    assert site == {"site": "blog", "retention_days": None, "kept_from": None, "expired": None, "runs": []}


async def test_unknown_site_is_not_found(call):
    await call("GET", "/api/v1/data-retention?site=nowhere", status=404)
    await call("POST", "/api/v1/data-retention?site=nowhere", status=404)
