"""Reads all rows of a site from one database snapshot, in order of time and in small batches."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from common.store import Connection, Pool, load_queries
from common.visits import LONGEST_VISIT, SESSION_TIMEOUT
from services.api.export_import.file_format import KIND_NAMES, NO_PROPS, ExportedEvent, ExportedVisit, ExportRecord

_SQL = load_queries(__package__)
ROWS_PER_BATCH = 5_000
_COUNT_TIMEOUT_SECONDS = 600
_ROWS_TIMEOUT_SECONDS = 120


class ExportSpan(NamedTuple):
    """From ``begin`` until just before ``end``."""

    begin: datetime
    end: datetime


class SnapshotSize(NamedTuple):
    """Numbers of rows, and when the visits started."""

    visits: int
    events: int
    span: ExportSpan | None
    """None without visits."""


class SiteSnapshot:
    """The rows of a site when the snapshot was opened, without later ones."""

    def __init__(self, connection: Connection, site_id: int, shards: Sequence[int], span: ExportSpan) -> None:
        self._connection = connection
        self._site_id = site_id
        self._shards = shards
        self._span = span

    async def size(self) -> SnapshotSize:
        found = await self._connection.fetchrow(
            _SQL["count_visits"], self._shards, self._site_id, *self._span, timeout=_COUNT_TIMEOUT_SECONDS
        )
        if found is None or not found["visits"]:
            return SnapshotSize(0, 0, None)
        first, last = found["first"], found["last"]
        events = await self._connection.fetchval(
            *_SQL.bind(
                "count_events",
                shards=self._shards,
                site_id=self._site_id,
                begin=self._span.begin,
                end=self._span.end,
                earliest=first - SESSION_TIMEOUT,
                latest=last + LONGEST_VISIT,
            ),
            timeout=_COUNT_TIMEOUT_SECONDS,
        )
        return SnapshotSize(found["visits"], events, ExportSpan(first, last))

    async def batches(self, size: SnapshotSize) -> AsyncIterator[Sequence[ExportRecord]]:
        """Yield batches of one kind of record: for each month the visits that started in it, then their events."""
        if size.span is None:
            return
        for month in _months(size.span):
            span = ExportSpan(max(month.begin, self._span.begin), min(month.end, self._span.end))
            for shard in self._shards:
                async for records in self._fetch(_SQL["select_visits"], shard, self._site_id, *span):
                    yield [ExportedVisit(*record) for record in records]
            for shard in self._shards:
                query = _SQL.bind(
                    "select_events",
                    shard=shard,
                    site_id=self._site_id,
                    begin=span.begin,
                    end=span.end,
                    earliest=max(span.begin, size.span.begin) - SESSION_TIMEOUT,
                    latest=min(span.end, size.span.end) + LONGEST_VISIT,
                )
                async for records in self._fetch(*query):
                    yield list(map(_event, records))

    async def _fetch(self, query: str, *args: Any) -> AsyncIterator[Sequence[Any]]:
        cursor = await self._connection.cursor(query, *args, timeout=_ROWS_TIMEOUT_SECONDS)
        while records := await cursor.fetch(ROWS_PER_BATCH, timeout=_ROWS_TIMEOUT_SECONDS):
            yield records


class SnapshotReader:
    """Opens snapshots of sites."""

    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = range(shards)

    @asynccontextmanager
    async def open(self, site_id: int, span: ExportSpan) -> AsyncIterator[SiteSnapshot]:
        """Open a snapshot of the visits that started in ``span`` and of all their events."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield SiteSnapshot(connection, site_id, list(self._shards), span)


def _event(record: Any) -> ExportedEvent:
    visitor_id, visit_started_at, ts, id_, kind, is_bot, engaged_ms, scroll, hostname, path, name, props = record
    return ExportedEvent(
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


def _months(span: ExportSpan) -> Iterator[ExportSpan]:
    """Yield the calendar months (UTC), like the store's partitions, from ``span.begin`` to ``span.end`` inclusive."""
    begin = datetime(span.begin.year, span.begin.month, 1, tzinfo=UTC)
    while begin <= span.end:
        year, month = divmod(begin.year * 12 + begin.month, 12)
        end = datetime(year, month + 1, 1, tzinfo=UTC)
        yield ExportSpan(begin, end)
        begin = end
