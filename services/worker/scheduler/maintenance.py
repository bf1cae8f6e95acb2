"""What the worker does from time to time: next month's partitions, and the site registry in Redis."""

from datetime import date, timedelta
from typing import Any

import asyncpg
import structlog
from redis.asyncio import Redis

from common.registry import publish, published_sites, published_version, site_from_row
from common.store import load_queries
from services.worker.ingest.writer import ensure_partitions

_REGISTRY = load_queries("common.store")["registry"]
_AHEAD = timedelta(days=62)
_log = structlog.get_logger()


async def make_partitions(pool: "asyncpg.Pool[Any]", today: date) -> None:
    """Last month's, this month's and the next two months' partitions exist afterwards."""
    async with pool.acquire() as connection:
        days = {today + timedelta(days=n) for n in range(-31, _AHEAD.days, 7)}
        await ensure_partitions(connection, {day.replace(day=1) for day in days})


async def reconcile_registry(pool: "asyncpg.Pool[Any]", redis: "Redis") -> bool:
    """Publishes the sites again where Redis does not have them as the database does; says whether it had to."""
    stored = [site_from_row(row) for row in await pool.fetch(_REGISTRY)]
    # An install without sites publishes that it has none: collectors are not ready before they know.
    published = {site.name: site for site in await published_sites(redis)}
    if await published_version(redis) and published == {site.name: site for site in stored}:
        return False
    await publish(redis, stored)
    _log.info("site registry published", sites=len(stored))
    return True
