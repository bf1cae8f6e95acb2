"""Whole months that no site keeps: their partitions are dropped, which costs next to nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import structlog

from services.worker.retention.statements import SQL

_ANY_CALENDAR = timedelta(days=1)
_COUNT_SECONDS = 300
_log = structlog.get_logger()


async def drop_months(pool: "asyncpg.Pool[Any]", now: datetime) -> int:
    """Drops what no site of the install keeps; gives how many months. What is busy is left for another time."""
    limit = await pool.fetchval(SQL["kept_from_everywhere"], now)
    if limit is None:
        return 0
    dropped = 0
    for (month,) in await pool.fetch(SQL["months"]):
        begin, end = _moment(month), _moment(_next(month))
        if end > limit:
            break
        if await pool.fetchval(SQL["open_into_next"], begin, end, limit, timeout=_COUNT_SECONDS):
            continue
        try:
            await _drop(pool, month, begin, end, now)
        except asyncpg.LockNotAvailableError:
            _log.info("month is being read and stays for now", month=f"{month:%Y-%m}")
            continue
        dropped += 1
        _log.info("month dropped", month=f"{month:%Y-%m}")
    return dropped


async def _drop(pool: "asyncpg.Pool[Any]", month: date, begin: datetime, end: datetime, now: datetime) -> None:
    # Not in the transaction: tables are dropped as their owner. As that, a distributed database speaks to its servers
    # in sessions of their own, which would wait for what this one has read.
    sites = await pool.fetch(SQL["month_of_sites"], begin, end, timeout=_COUNT_SECONDS)
    first, last = month - _ANY_CALENDAR, end.date() + _ANY_CALENDAR
    marks = [
        (site_id, day)
        for site_id, _, _ in sites
        for (day,) in await pool.fetch(SQL["counted_days"], site_id, first, last)
    ]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL["note_month"], *([row[n] for row in sites] for n in range(3)))
        # Last, because nobody gets at the tables from here to the end of the transaction.
        await connection.execute(SQL["drop_month"], month, *([mark[n] for mark in marks] for n in range(2)), now)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
