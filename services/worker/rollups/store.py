"""Rollups in the store. The caller has the transaction, and the site's rollups to itself (``hold_site``)."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import asyncpg

from common.metrics import COUNTERS
from common.rollups import Grain, RollupDimension, VisitorSketch
from common.rollups.sketch import merge_sketches
from common.store import load_queries
from common.store.connection import is_distributed
from services.worker.rollups.tally import Bucket, Entry, Tally

SQL = load_queries("services.worker.rollups")

_COLUMNS = ("site_id", "grain", "dimension", "bucket", "value", *COUNTERS, "uniques", "visitors")
_KEY_COLUMNS = 5

Connection = Any
"""An asyncpg connection inside a transaction."""


@asynccontextmanager
async def hold_site(pool: "asyncpg.Pool[Any]", site_id: int) -> AsyncIterator[Connection | None]:
    """A connection (no transaction yet) while nobody else writes rollups of the site; None when somebody does.

    Held from before the transaction begins, so that its snapshot has all that others did.
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


async def finish(connection: Connection, site_id: int) -> None:
    """The last word of a transaction that moves or replaces numbers: it ends between two looks of any reader.

    One Postgres has snapshots for that. Several servers do not commit in the same moment, so readers and whoever writes
    agree by a lock. Raises ``LockNotAvailableError`` where readers take too long; then it has to be tried again.
    """
    if await is_distributed(connection):
        await connection.execute(SQL["not_for_long"])
        await connection.execute(SQL["wait_for_readers"], site_id)


async def add_to_rollups(connection: Connection, site_id: int, tally: Tally) -> None:
    """Adds to what is there, in days, weeks and months."""
    await connection.execute(SQL["join_by_key"])
    buckets = [(bucket, value, entry) for bucket, entries in tally.of_all_grains() for value, entry in entries.items()]
    stored = await _stored_sketches(connection, site_id, [(b, value) for b, value, entry in buckets if entry.hashes])

    def rows_in_order() -> Sequence[tuple[Any, ...]]:
        rows = [_row(site_id, bucket, value, entry, stored.get((bucket, value))) for bucket, value, entry in buckets]
        return sorted(rows, key=_key)

    # Thousands of sketches: meanwhile beacons are stored.
    if rows := await asyncio.to_thread(rows_in_order):
        await connection.execute(SQL["add_rollups"], *(list(column) for column in zip(*rows, strict=True)))


async def _stored_sketches(
    connection: Connection, site_id: int, wanted: Sequence[tuple[Bucket, str]]
) -> Mapping[tuple[Bucket, str], bytes]:
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
    connection: Connection, site_id: int, day: date, dimensions: Iterable[RollupDimension], tally: Tally
) -> None:
    """Puts what ``tally`` has of the day in the place of what was there of ``dimensions``."""
    await connection.execute(
        SQL["delete_buckets"], site_id, int(Grain.DAY), day, [int(dimension) for dimension in dimensions]
    )
    await _copy(
        connection,
        [
            _row(site_id, bucket, value, entry)
            for bucket, entries in tally.of_days()
            for value, entry in entries.items()
        ],
    )


async def derive(
    connection: Connection, site_id: int, grain: Grain, first: date, dimensions: Iterable[RollupDimension]
) -> None:
    """Makes a week or a month anew from its days."""
    last = max(day for day in _days_from(first) if grain.first_day(day) == first)
    for dimension in dimensions:
        if dimension is RollupDimension.HOUR:
            continue
        days = await connection.fetch(SQL["of_days"], site_id, int(dimension), first, last)
        await connection.execute(SQL["delete_buckets"], site_id, int(grain), first, [int(dimension)])
        rows = []
        for value, *counts, sketches in days:
            sketch = merge_sketches(dimension, sketches or ())
            rows.append(
                (site_id, int(grain), int(dimension), first, value, *counts, sketch.estimate, _dumped(sketch, sketches))
            )
        await _copy(connection, rows)


def _days_from(first: date) -> list[date]:
    """As many days as a month may have, ``first`` among them."""
    return [date.fromordinal(first.toordinal() + n) for n in range(31)]


async def _copy(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """In the order in which they are read: neighbours in the key are then neighbours on the disk."""
    if rows:
        rows.sort(key=_key)
        await connection.copy_records_to_table("rollups", columns=_COLUMNS, records=rows)


def _key(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:_KEY_COLUMNS]


def _row(site_id: int, bucket: Bucket, value: str, entry: Entry, stored: bytes | None = None) -> tuple[Any, ...]:
    """In the order of ``_COLUMNS``. ``uniques`` is None where nobody was added."""
    dimension, grain, first = bucket
    sketch = VisitorSketch(dimension)
    if stored:
        sketch.merge(stored)
    sketch.add(entry.hashes)
    return (
        site_id, int(grain), int(dimension), first, value, *entry.counts,
        sketch.estimate, _dumped(sketch, entry.hashes),
    )  # fmt: skip


def _dumped(sketch: VisitorSketch, of: object) -> bytes | None:
    return sketch.dump() if of else None
