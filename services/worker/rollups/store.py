"""Writes rollups. The caller has begun the transaction and has locked the site's rollups (``lock_site``)."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from common.metrics import COUNTERS
from common.rollups import Grain, RollupDimension, VisitorSketch
from common.rollups.sketch import merge_sketches
from common.store import load_queries
from common.store.connection import Connection, Pool, is_distributed
from services.worker.rollups.bucket_sums import BucketKey, BucketSums, ValueSums

SQL = load_queries("services.worker.rollups")

_COLUMNS = ("site_id", "grain", "dimension", "bucket", "value", *COUNTERS, "uniques", "visitors")
_KEY_COLUMNS = 5


@asynccontextmanager
async def lock_site(pool: Pool, site_id: int) -> AsyncIterator[Connection | None]:
    """Lock the site's rollups and yield a connection without a transaction; None if another worker has the lock.

    The lock is taken before the transaction begins, so that its snapshot contains all that others wrote.
    """
    async with pool.acquire() as connection:
        if not await connection.fetchval(SQL["try_lock_site"], site_id):
            yield None
            return
        try:
            yield connection
        finally:
            if not connection.is_closed():
                await connection.execute(SQL["unlock_site"], site_id)


async def wait_for_readers(connection: Connection, site_id: int) -> None:
    """Keep reports from reading the site's rollups while this transaction commits; its last statement.

    One PostgreSQL server has snapshots for that. The servers of a distributed database do not commit at the same time,
    so readers and writers use a lock. Raises ``LockNotAvailableError`` if readers take too long; the caller retries.
    """
    if await is_distributed(connection):
        await connection.execute(SQL["limit_lock_wait"])
        await connection.execute(SQL["wait_for_readers"], site_id)


async def add_to_rollups(connection: Connection, site_id: int, sums: BucketSums) -> None:
    """Add to the rollups of days, weeks and months."""
    await connection.execute(SQL["force_index_joins"])
    added = [(key, value, of_value) for key, values in sums.all_buckets() for value, of_value in values.items()]
    stored = await _stored_sketches(
        connection, site_id, [(key, value) for key, value, of_value in added if of_value.hashes]
    )

    def rows_in_order() -> Sequence[tuple[Any, ...]]:
        rows = [_row(site_id, key, value, of_value, stored.get((key, value))) for key, value, of_value in added]
        return sorted(rows, key=_primary_key)

    # There may be thousands of sketches. In a thread they do not hold up the ingest.
    if rows := await asyncio.to_thread(rows_in_order):
        columns = map(list, zip(*rows, strict=True))
        await connection.execute(*SQL.bind("add_rollups", **dict(zip(_COLUMNS, columns, strict=True))))


async def _stored_sketches(
    connection: Connection, site_id: int, wanted: Sequence[tuple[BucketKey, str]]
) -> Mapping[tuple[BucketKey, str], bytes]:
    if not wanted:
        return {}
    rows = await connection.fetch(
        SQL["sketches"],
        site_id,
        [int(grain) for (_, grain, _), _ in wanted],
        [int(dimension) for (dimension, _, _), _ in wanted],
        [first for (_, _, first), _ in wanted],
        [value for _, value in wanted],
    )
    return {
        ((RollupDimension(dimension), Grain(grain), bucket), value): visitors
        for grain, dimension, bucket, value, visitors in rows
    }


async def replace_day(
    connection: Connection, site_id: int, day: date, dimensions: Iterable[RollupDimension], sums: BucketSums
) -> None:
    """Replace the rollups of ``dimensions`` on the day with those in ``sums``."""
    await connection.execute(
        SQL["delete_buckets"], site_id, int(Grain.DAY), day, [int(dimension) for dimension in dimensions]
    )
    await _copy(
        connection,
        [
            _row(site_id, key, value, of_value)
            for key, values in sums.day_buckets()
            for value, of_value in values.items()
        ],
    )


async def derive_from_days(
    connection: Connection, site_id: int, grain: Grain, first: date, dimensions: Iterable[RollupDimension]
) -> None:
    """Rebuild a week or a month from the rollups of its days."""
    last = max(day for day in _days_from(first) if grain.first_day(day) == first)
    for dimension in dimensions:
        if dimension is RollupDimension.HOUR:
            continue
        days = await connection.fetch(SQL["sum_of_days"], site_id, int(dimension), first, last)
        await connection.execute(SQL["delete_buckets"], site_id, int(grain), first, [int(dimension)])
        rows = []
        for value, *counts, sketches in days:
            sketch = merge_sketches(dimension, sketches or ())
            rows.append(
                (site_id, int(grain), int(dimension), first, value, *counts, sketch.estimate, _dumped(sketch, sketches))
            )
        await _copy(connection, rows)


def _days_from(first: date) -> list[date]:
    """Return as many days as the longest month has, from ``first`` on."""
    return [date.fromordinal(first.toordinal() + n) for n in range(31)]


async def _copy(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """Copy the rows in the order of their key, so that rows that are read together are stored together."""
    if rows:
        rows.sort(key=_primary_key)
        await connection.copy_records_to_table("rollups", columns=_COLUMNS, records=rows)


def _primary_key(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:_KEY_COLUMNS]


def _row(site_id: int, key: BucketKey, value: str, sums: ValueSums, stored: bytes | None = None) -> tuple[Any, ...]:
    """Return a row of ``_COLUMNS``. Its sketch is None if no visitor was added."""
    dimension, grain, first = key
    sketch = VisitorSketch(dimension)
    if stored:
        sketch.merge(stored)
    sketch.add(sums.hashes)
    return (
        site_id, int(grain), int(dimension), first, value, *sums.counts,
        sketch.estimate, _dumped(sketch, sums.hashes),
    )  # fmt: skip


def _dumped(sketch: VisitorSketch, visitors: object) -> bytes | None:
    return sketch.dump() if visitors else None
