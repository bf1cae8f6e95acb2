"""A site's rows out of the store: all of one moment, in the order of time, without ever holding many."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import asyncpg
import msgspec

from common.store import load_queries
from common.visits import LONGEST_VISIT, SESSION_TIMEOUT
from services.api.export_import.rows import KIND_NAMES, NO_PROPS, Event, Row, Visit

_SQL = load_queries(__package__)
BATCH = 5_000
"""Rows that are asked for at a time."""
_COUNT_SECONDS = 600
_ROWS_SECONDS = 120


class Span(NamedTuple):
    """Moments: from ``begin``, and before ``end``."""

    begin: datetime
    end: datetime


class Content(NamedTuple):
    """What there is of a site: how many rows, and in which span their visits began."""

    visits: int
    events: int
    span: Span | None
    """None where there is nothing."""


class SiteRows:
    """A site in one snapshot: what is stored meanwhile is not in it."""

    def __init__(self, connection: Any, site_id: int, shards: Sequence[int], span: Span) -> None:
        self._connection = connection
        self._site_id = site_id
        self._shards = shards
        self._span = span

    async def content(self) -> Content:
        found = await self._connection.fetchrow(
            _SQL["export_span"], self._shards, self._site_id, *self._span, timeout=_COUNT_SECONDS
        )
        if not found["visits"]:
            return Content(0, 0, None)
        first, last = found["first"], found["last"]
        events = await self._connection.fetchval(
            _SQL["export_count_events"],
            self._shards,
            self._site_id,
            *self._span,
            first - SESSION_TIMEOUT,
            last + LONGEST_VISIT,
            timeout=_COUNT_SECONDS,
        )
        return Content(found["visits"], events, Span(first, last))

    async def batches(self, content: Content) -> AsyncIterator[Sequence[Row]]:
        """Month by month the visits that began in it, then what happened in them; a batch has rows of one kind."""
        if content.span is None:
            return
        for month in _months(content.span):
            span = Span(max(month.begin, self._span.begin), min(month.end, self._span.end))
            for shard in self._shards:
                async for records in self._rows("export_visits", shard, *span):
                    yield [Visit(*record) for record in records]
            around = (
                max(span.begin, content.span.begin) - SESSION_TIMEOUT,
                min(span.end, content.span.end) + LONGEST_VISIT,
            )
            for shard in self._shards:
                async for records in self._rows("export_events", shard, *span, *around):
                    yield list(map(_event, records))

    async def _rows(self, name: str, shard: int, *args: Any) -> AsyncIterator[Sequence[Any]]:
        cursor = await self._connection.cursor(_SQL[name], shard, self._site_id, *args, timeout=_ROWS_SECONDS)
        while records := await cursor.fetch(BATCH, timeout=_ROWS_SECONDS):
            yield records


class Source:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: int) -> None:
        self._pool = pool
        self._shards = range(shards)

    @asynccontextmanager
    async def open(self, site_id: int, span: Span) -> AsyncIterator[SiteRows]:
        """The visits that began in ``span``, and all that happened in them."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield SiteRows(connection, site_id, list(self._shards), span)


def _event(record: Any) -> Event:
    visitor_id, visit_started_at, ts, id_, kind, is_bot, engaged_ms, scroll, hostname, path, name, props = record
    return Event(
        visitor_id,
        visit_started_at,
        ts,
        id_,
        KIND_NAMES[kind],
        is_bot,
        engaged_ms,
        scroll,
        hostname,
        path,
        name,
        NO_PROPS if props is None else msgspec.Raw(props.encode()),
    )


def _months(span: Span) -> Iterator[Span]:
    """The calendar months (UTC), as the store's partitions are, that ``span`` lies in, its end included."""
    begin = datetime(span.begin.year, span.begin.month, 1, tzinfo=UTC)
    while begin <= span.end:
        year, month = divmod(begin.year * 12 + begin.month, 12)
        end = datetime(year, month + 1, 1, tzinfo=UTC)
        yield Span(begin, end)
        begin = end
