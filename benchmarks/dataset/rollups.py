"""Builds the site's rollups with the product's own code."""

import time
from datetime import date

from common.clock import system_clock
from common.config import Settings
from common.store import connect, load_queries, open_pool
from services.worker.rollups.rebuild import Rebuild

_SQL = load_queries("benchmarks.dataset")
_STORE_SQL = load_queries("common.store")
_UNLIMITED = 1e9


async def mark_days(database_url: str, site_id: int, first: date, last: date) -> None:
    """Mark days as stale, for the worker and for readers."""
    connection = await connect(database_url)
    try:
        await connection.execute(_SQL["mark_days"], site_id, first, last)
    finally:
        await connection.close()


async def build_rollups(database_url: str) -> float:
    """Rebuild all stale days of all sites; return the seconds it took."""
    settings = Settings.model_validate({"database": {"url": database_url}, "redis": {"url": "redis://unused"}})
    pool = await open_pool(settings.database, application="benchmarks")
    began = time.perf_counter()
    async with pool:
        rebuild = Rebuild(pool, range(await pool.fetchval(_STORE_SQL["install"])), system_clock)
        while await rebuild.run(_UNLIMITED, at_once=True):
            pass
    return time.perf_counter() - began
