"""Drops the partitions of months that no site keeps, which is much faster than deleting their rows."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import structlog

from common.store import Pool, load_queries

_MAX_UTC_OFFSET = timedelta(days=1)
_QUERY_SECONDS = 300
_SQL = load_queries("services.worker.deletion")
_log = structlog.get_logger()


async def drop_expired_months(pool: Pool, now: datetime) -> int:
    """Drop the months that no site of the install keeps; return how many.

    A month that is being read is left for a later run.
    """
    kept_from = await pool.fetchval(_SQL["kept_from_of_all_sites"], now)
    if kept_from is None:
        return 0
    dropped = 0
    for (month,) in await pool.fetch(_SQL["months"]):
        begin, end = _midnight(month), _midnight(_next_month(month))
        if end > kept_from:
            break
        if await pool.fetchval(_SQL["has_visits_into_kept_days"], begin, end, kept_from, timeout=_QUERY_SECONDS):
            continue
        try:
            await _drop(pool, month, begin, end, now)
        except asyncpg.LockNotAvailableError:
            _log.info("data retention: month is in use; dropping it later", month=f"{month:%Y-%m}")
            continue
        dropped += 1
        _log.info("data retention: month dropped", month=f"{month:%Y-%m}")
    return dropped


async def _drop(pool: Pool, month: date, begin: datetime, end: datetime, now: datetime) -> None:
    # Outside of the transaction: tables are dropped by their owner, and for the owner a distributed database uses
    # separate sessions on its servers, which would wait for locks of what this session has read.
    sites = await pool.fetch(_SQL["rows_of_month"], begin, end, timeout=_QUERY_SECONDS)
    first, last = month - _MAX_UTC_OFFSET, end.date() + _MAX_UTC_OFFSET
    stale_days = [
        (site_id, day)
        for site_id, _, _ in sites
        for (day,) in await pool.fetch(_SQL["days_with_data"], site_id, first, last)
    ]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_SQL["add_dropped_month"], *([row[n] for row in sites] for n in range(3)))
        # Last, because from here to the end of the transaction nothing else can read the tables.
        await connection.execute(_SQL["drop_month"], month, *([each[n] for each in stale_days] for n in range(2)), now)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
