"""A worker process serves requests in the database within seconds."""

import asyncio

import pytest
from aiohttp import ClientSession, web

from tests.support.services import ServiceProcess
from tests.support.waiting import DEADLINE_SECONDS, until


@pytest.fixture
async def running(settings, redis, tmp_path):
    service = ServiceProcess("worker", settings, tmp_path, PYUNIQVISIT_ALERTS__ALLOW_PRIVATE_TARGETS="true")
    await service.start()
    yield service
    assert service.stop() == 0


@pytest.mark.usefixtures("redis")
async def test_running_worker_computes_insights_and_sends_alerts(pool, running):
    received = asyncio.Queue()

    async def receive(request):
        received.put_nowait(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        site_id = await pool.fetchval(
            "insert into sites (name, url, created_at) values ('shop', 'https://shop.example', now()) returning id"
        )
        await pool.execute("insert into insight_requests (site_id, requested_at) values ($1, now())", site_id)
        alert = await pool.fetchval(
            "insert into alerts values (gen_random_uuid(), $1, 'spike', 'webhook', $2, 'secret', true, 60, now())"
            " returning id",
            site_id, f"http://127.0.0.1:{runner.addresses[0][1]}/",
        )  # fmt: skip
        body = {"kind": "test", "site": "shop", "at": "2026-11-22T12:00:00Z", "title": "a test", "text": "text"}
        await pool.execute(
            "insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at)"
            " values (gen_random_uuid(), $1, 'test:1', $2, now(), now())",
            alert, body,
        )  # fmt: skip

        assert (await asyncio.wait_for(received.get(), DEADLINE_SECONDS))["title"] == "a test"

        async def is_computed():
            return await pool.fetchval("select count(*) from insights where site_id = $1", site_id) == 3

        await until(is_computed, explain=running.log.read_text)
        assert await pool.fetchval("select count(*) from insight_requests") == 0
        refused = await pool.fetchval("select body->'refused'->>'reason' from insights where kind = 'forecast'")
        assert refused == "too-few-days"
    finally:
        await runner.cleanup()


async def test_running_worker_warns_when_redis_may_lose_beacons(running):
    async with ClientSession() as session, session.get(f"{running.url}/health/ready") as response:
        health = await response.json()
    assert (response.status, health["status"]) == (200, "degraded")
    assert health["checks"]["persistence"].startswith("appendonly is off")
    await until(lambda: "redis: may lose beacons" in running.log.read_text(), explain=running.log.read_text)
