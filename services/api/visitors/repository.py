"""Visitors and visits in the store, as administrators see them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from common.identity import shard_of
from common.store import load_queries
from services.api.visitors.cursors import Cursor

SQL = load_queries(__package__)
_FIRST_LOOK, _FURTHER = timedelta(hours=1), 6
_SECONDS = 30
"""A question that takes longer is ended."""

Row = Mapping[str, Any]


class VisitorKey(NamedTuple):
    """What the rows of a visitor begin with."""

    shard: int
    site_id: int
    visitor_id: UUID

    @classmethod
    def of(cls, site_id: int, visitor_id: UUID, shards: int) -> "VisitorKey":
        return cls(shard_of(visitor_id.bytes, shards), site_id, visitor_id)


class Selection(NamedTuple):
    """Which visits of a site, and from where on, newest first. None: any."""

    site_id: int
    begin: datetime
    end: datetime
    after: Cursor
    country: str | None
    browser: str | None
    is_bot: bool | None


class VisitorRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: int) -> None:
        self._pool = pool
        self._shards = range(shards)

    async def visitors(self, selection: Selection, limit: int, now: datetime) -> Sequence[Row]:
        return await self._newest("visitors", selection, limit, now)

    async def visits(self, selection: Selection, limit: int, now: datetime) -> Sequence[Row]:
        return await self._newest("visits", selection, limit, now)

    async def visitor(self, key: VisitorKey) -> Row | None:
        found: Row | None = await self._pool.fetchrow(SQL["visitor"], *key, timeout=_SECONDS)
        return found

    async def visits_of(self, key: VisitorKey, before: datetime, limit: int) -> Sequence[Row]:
        return await self._fetch("visits_of_visitor", *key, before, limit)

    async def end_of_visit(self, key: VisitorKey, started_at: datetime) -> datetime | None:
        found: datetime | None = await self._pool.fetchval(SQL["end_of_visit"], *key, started_at, timeout=_SECONDS)
        return found

    async def events_of_visit(
        self, key: VisitorKey, started_at: datetime, earliest: datetime, latest: datetime, limit: int
    ) -> Sequence[Row]:
        return await self._fetch("events_of_visit", *key, started_at, earliest, latest, limit)

    async def put_note(self, key: VisitorKey, label: str, note: str, now: datetime) -> bool:
        """False where the visitor is not known. An erasure waits meanwhile, so that no note stays behind."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(SQL["hold_visitor"], *key) is None:
                return False
            await connection.execute(SQL["put_note"], key.site_id, key.visitor_id, label, note, now)
            return True

    async def delete_note(self, key: VisitorKey) -> None:
        await self._pool.execute(SQL["delete_note"], key.site_id, key.visitor_id)

    async def _newest(self, name: str, selection: Selection, limit: int, now: datetime) -> Sequence[Row]:
        """The last ``limit`` rows, newest first.

        No index has the visits of all shards in one order, so rather than sort a site's whole life, look at the last
        hour of it first, and then at more and more.
        """
        site_id, begin, end, after, *filters = selection
        for earliest in _looks_back(begin, min(end, after.started_at, now)):
            rows = await self._fetch(name, site_id, earliest, end, *after, *filters, limit, self._shards)
            if len(rows) >= limit:
                break
        return rows

    async def _fetch(self, name: str, *args: Any) -> Sequence[Row]:
        rows: Sequence[Row] = await self._pool.fetch(SQL[name], *args, timeout=_SECONDS)
        return rows


def _looks_back(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Moments before ``end``, each further back than the one before it; the last is ``begin``."""
    far = _FIRST_LOOK
    while end - begin > far:
        yield end - far
        far *= _FURTHER
    yield begin
