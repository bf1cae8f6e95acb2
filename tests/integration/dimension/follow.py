"""A process that adds a dimension to the table, sends beacons, and prints where their values arrive.

Only the table, the step that determines the value and the test's database have the dimension.
"""

import asyncio
import importlib.util
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROW = 'VisitDimension("weather", 99, 20),'
_TABLE = "VISIT_DIMENSIONS = ("
NOW = datetime(2046, 11, 22, 12, 30, tzinfo=UTC)


def add_to_table() -> None:
    """Import ``common.dimensions`` as if ``ROW`` were in its table. No other module may have imported it."""
    spec = importlib.util.find_spec("common.dimensions")
    assert spec is not None
    assert spec.origin is not None
    assert "common.dimensions" not in sys.modules
    text = Path(spec.origin).read_text(encoding="utf-8")
    assert text.count(_TABLE) == 1
    module = importlib.util.module_from_spec(spec)
    sys.modules["common.dimensions"] = module
    exec(compile(text.replace(_TABLE, _TABLE + ROW), spec.origin, "exec"), module.__dict__)


def add_step() -> None:
    """The enrichment step, and the attribute of the event that it fills."""
    from services.worker.enrich import pipeline
    from services.worker.enrich.event import Event

    class WeatherEvent(Event):
        weather: str = ""

    def weather(event: Any, lookups: Any) -> Any:
        event.weather = "rain" if event.path == "/umbrella" else "sun"
        return event

    pipeline.Event = WeatherEvent  # type: ignore[misc, attr-defined]
    pipeline.STEPS += (weather,)


async def follow(database_url: str, redis_url: str) -> dict[str, Any]:
    from aiohttp.test_utils import TestClient, TestServer

    from common.connections import connect_redis
    from common.rollups.stale_days import mark_stale
    from common.store import open_pool
    from services.api.app import create_app
    from services.worker.app import open_worker
    from tests.integration.api.people import add_user
    from tests.integration.api.seeding import some_visitor, store
    from tests.support.beacons import beacon_maker
    from tests.support.servers import settings_for

    def clock() -> int:
        return int(NOW.timestamp() * 1000)

    settings, make = settings_for(database_url, redis_url), beacon_maker()
    redis, found = connect_redis(settings.redis), {}
    pool = await open_pool(settings.database, application="tests")
    async with pool, TestClient(TestServer(create_app(settings, clock))) as client:
        admin = await add_user(pool, "ada", settings, clock, is_admin=True)

        async def get(path: str) -> Any:
            answer = await client.get(f"/api/v1/sites/{path}", headers=admin.headers)
            assert answer.status == 200, await answer.text()
            return await (answer.text() if "export" in path else answer.json())

        async def rollups() -> dict[str, int]:
            rows = await pool.fetch("select value, visits from rollups where dimension = 99 and grain = 1")
            return dict(sorted(tuple(row) for row in rows))

        for site in ("shop", "copy"):
            body = {"name": site, "url": "https://shop.example"}
            assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
        beacons = [
            make(clock() - 7_200_000, visitor_id=some_visitor(n), path="/umbrella" if n < 2 else "/") for n in range(5)
        ]
        await store(beacons, settings, redis, clock)
        # A visit that goes on is read back from the store, with its values.
        await store([make(clock() - 7_100_000, visitor_id=some_visitor(0), path="/more")], settings, redis, clock)
        found["visit"] = sorted(row["weather"] for row in await pool.fetch("select weather from visits"))
        async with open_worker(settings, clock, burst=True) as worker:
            await worker.compaction.run(60, everything=True)
            found["rollups"] = await rollups()
            await mark_stale(pool, 0, [(1, date(2046, 11, 22))], NOW)
            await worker.rebuild.run(60, at_once=True)
            found["rebuilt"] = await rollups()
        rows = (await get("shop/stats/breakdown/weather?period=day"))["rows"]
        found["breakdown"] = {row["value"]: row["pageviews"] for row in rows}
        found["filter"] = (await get("shop/stats/summary?period=day&filter=weather:is:rain"))["visits"]
        found["visits"] = sorted(visit["weather"] for visit in (await get("shop/visits"))["visits"])
        file = await get("shop/export?format=jsonl")
        lines = [json.loads(line) for line in file.splitlines()]
        found["export"] = sorted(line["weather"] for line in lines if line.get("record") == "visit")
        answer = await client.post("/api/v1/sites/copy/import", data=file, headers=admin.headers)
        assert answer.status == 200, await answer.text()
        rows = (await get("copy/stats/breakdown/weather?period=day"))["rows"]
        found["import"] = {row["value"]: row["visits"] for row in rows}
        document = await (await client.get("/api/v1/openapi.json")).json()
        found["openapi"] = "weather" in document["components"]["schemas"]["DimensionName"]["enum"]
    await redis.aclose()
    return found


if __name__ == "__main__":
    add_to_table()
    add_step()
    sys.stdout.write(json.dumps(asyncio.run(follow(*sys.argv[1:]))))
