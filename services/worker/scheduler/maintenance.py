"""Maintenance of the database and of Redis: upcoming partitions, and the site registry."""

from datetime import date, timedelta

import structlog
from redis.asyncio import Redis

from common.registry import publish, published_sites, published_version, site_from_row
from common.store import load_queries
from common.store.connection import Pool
from services.worker.ingest.writer import ensure_partitions

_REGISTRY = load_queries("common.store")["registry"]
_AHEAD = timedelta(days=62)
_log = structlog.get_logger()


async def make_partitions(pool: Pool, today: date) -> None:
    """Create the missing partitions of the previous, the current and the next two months."""
    async with pool.acquire() as connection:
        days = {today + timedelta(days=n) for n in range(-31, _AHEAD.days, 7)}
        await ensure_partitions(connection, {day.replace(day=1) for day in days})


async def reconcile_registry(pool: Pool, redis: "Redis") -> bool:
    """Publish the sites in Redis again if they differ from the database; return whether they did."""
    stored = [site_from_row(row) for row in await pool.fetch(_REGISTRY)]
    # Publish an empty registry, too: collectors are not ready before they have one.
    published = {site.name: site for site in await published_sites(redis)}
    if await published_version(redis) and published == {site.name: site for site in stored}:
        return False
    await publish(redis, stored)
    _log.info("registry: published sites", sites=len(stored))
    return True
