"""Writes a batch to PostgreSQL with COPY and set-based statements, never row by row. The caller has a transaction."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from os import urandom
from typing import Any

from asyncpg.pgproto.pgproto import UUID

from common.clock import utc
from common.dimensions import visit_values
from common.ids import uuid7
from common.metrics import COUNTERS
from common.store import load_queries
from common.store.connection import Connection
from common.streams.accounting import StreamAccount
from common.visits import LONGEST_VISIT_MS, SESSION_TIMEOUT_MS
from services.worker.enrich.event import Event
from services.worker.ingest.copy_encoder import EVENT_COLUMNS, VISIT_COLUMNS, events_to_copy, visits_to_copy
from services.worker.ingest.dead_letters import DeadLetter
from services.worker.ingest.sessions import Sessions, StoredVisit, Visit, VisitorKey
from services.worker.rollups.aggregation import Delta

SQL = load_queries("services.worker.ingest")

DELTA_COLUMNS = ("shard", "id", "site_id", "dimension", "day", "values", *COUNTERS, "visitors")

_VALUES_FROM = 9
"""Index of the first column of a dimension in ``visits_in_reach``."""


class ShardWriter:
    """Writes rows of one shard on one connection.

    ``staged``: copy to a temporary table first. This is slow, but the error shows whether a value or a server is at
    fault. For a COPY to a distributed table Citus only reports that it failed.
    """

    def __init__(self, connection: Connection, shard: int, *, staged: bool = False) -> None:
        self._connection = connection
        self.shard = shard
        self.staged = staged

    async def visits_in_reach(self, events: Sequence[Event]) -> Mapping[VisitorKey, list[StoredVisit]]:
        """Return the stored visits that any of ``events`` (at least one) could belong to."""
        keys = list({(e.beacon.site_id, e.beacon.visitor_id) for e in events})
        earliest = min(e.beacon.received_at - e.beacon.engaged_ms for e in events)
        latest = max(e.beacon.received_at for e in events)
        rows = await self._connection.fetch(
            *SQL.bind(
                "visits_in_reach",
                shard=self.shard,
                site_ids=[site for site, _ in keys],
                visitor_ids=[UUID(visitor) for _, visitor in keys],
                min_start=utc(earliest - LONGEST_VISIT_MS - SESSION_TIMEOUT_MS),
                max_start=utc(latest + SESSION_TIMEOUT_MS),
                min_end=utc(earliest - SESSION_TIMEOUT_MS),
            )
        )
        found: dict[VisitorKey, list[StoredVisit]] = {}
        for row in rows:
            site_id, visitor_id, started_at, ended_at, pageviews, actions, engaged_ms, exit_page, bot_reason = row[
                :_VALUES_FROM
            ]
            visit = StoredVisit(
                started_at=_epoch_ms(started_at),
                ended_at=_epoch_ms(ended_at),
                pageviews=pageviews,
                events=actions,
                engaged_ms=engaged_ms,
                exit_page=exit_page,
                bot_reason=bot_reason,
                values=visit_values(row[_VALUES_FROM:]),
            )
            found.setdefault((site_id, visitor_id.bytes), []).append(visit)
        return found

    async def stored_ids(self, events: Sequence[Event]) -> set[bytes]:
        """Return those ids of ``events`` (at least one) that are in the store."""
        times = [utc(e.beacon.received_at) for e in events]
        rows = await self._connection.fetch(
            SQL["stored_ids"],
            [e.beacon.site_id for e in events],
            times,
            [UUID(e.beacon.id) for e in events],
            min(times),
            max(times),
        )
        return {row["id"].bytes for row in rows}

    async def erasures_since(self, earliest: int) -> Mapping[VisitorKey, int]:
        """Return the visitors erased since ``earliest``, with the time until which their beacons are dropped.

        Times in epoch milliseconds.
        """
        rows = await self._connection.fetch(SQL["erasures_since"], self.shard, utc(earliest))
        return {(site_id, visitor_id.bytes): _epoch_ms(until) for site_id, visitor_id, until in rows}

    async def store(self, sessions: Sessions) -> None:
        """Store visits and events. Raises the errors of asyncpg."""
        if sessions.opened:
            await self._upsert_visitors(sessions.opened)
            await self._copy("visits", VISIT_COLUMNS, visits_to_copy(self.shard, sessions.opened))
        if sessions.changed:
            await self._update_visits(sessions.changed)
        if sessions.rows:
            await self._copy("events", EVENT_COLUMNS, events_to_copy(self.shard, sessions.rows))

    async def add_deltas(self, deltas: Sequence[Delta], now: int) -> None:
        """Store what this batch adds to the rollups. ``now``: epoch milliseconds."""
        batch = UUID(uuid7(now, urandom(10)))
        rows = [(self.shard, batch, d.site_id, d.dimension, d.day, d.values, *d.counts, d.visitors) for d in deltas]
        async with self._target_of("rollup_deltas") as table:
            await self._connection.copy_records_to_table(table, columns=DELTA_COLUMNS, records=rows)

    async def add_bot_candidates(self, visits: Sequence[Visit]) -> None:
        """Queue visits for the check of their behavior."""
        await self._connection.execute(
            SQL["add_bot_candidates"],
            self.shard,
            [visit.site_id for visit in visits],
            [UUID(visit.visitor_id) for visit in visits],
            [utc(visit.started_at) for visit in visits],
        )

    async def add_counts(self, counts: Counter[tuple[int, str]], now: datetime) -> None:
        """Add to the outcomes. ``counts``: beacons by site id and outcome."""
        await self._connection.execute(
            SQL["add_counts"],
            self.shard,
            now.date(),
            [site for site, _ in counts],
            [outcome for _, outcome in counts],
            list(counts.values()),
        )

    async def add_dead_letters(self, letters: Sequence[DeadLetter], now: datetime) -> None:
        await self._connection.execute(
            *SQL.bind(
                "add_dead_letters",
                shard=self.shard,
                failed_at=now,
                ids=[UUID(letter.id) for letter in letters],
                site_ids=[letter.site_id for letter in letters],
                received_at=[None if letter.received_at is None else utc(letter.received_at) for letter in letters],
                errors=[letter.error for letter in letters],
                payloads=[letter.payload for letter in letters],
            )
        )

    async def add_accepted(self, sites: Counter[int]) -> None:
        """Add to the number of beacons read. ``sites``: beacons by site id."""
        await self._connection.execute(SQL["add_accepted"], self.shard, list(sites), list(sites.values()))

    async def advance(self, last_id: str, now: datetime, account: StreamAccount) -> None:
        """Move the offset of the shard to ``last_id``. ``account``: what the stream accepted up to it."""
        await self._connection.execute(SQL["advance_shard"], self.shard, last_id, now, account.beacons, account.total)

    async def _copy(self, table: str, columns: Sequence[str], rows: bytes) -> None:
        async with self._target_of(table) as target:
            # asyncpg would take bytes for a file name, so pass a memoryview.
            source: Any = memoryview(rows)
            await self._connection.copy_to_table(target, columns=columns, source=source, format="binary")

    @asynccontextmanager
    async def _target_of(self, table: str) -> AsyncIterator[str]:
        """Yield the table to copy rows to, and then move them to ``table``."""
        if not self.staged:
            yield table
            return
        await self._connection.execute(SQL[f"stage_{table}"])
        yield f"staged_{table}"
        await self._connection.execute(SQL[f"store_staged_{table}"])
        await self._connection.execute(SQL[f"drop_staged_{table}"])

    async def _upsert_visitors(self, opened: Sequence[Visit]) -> None:
        spans: dict[VisitorKey, tuple[int, int]] = {}
        for visit in opened:
            key, start = (visit.site_id, visit.visitor_id), visit.started_at
            first, last = spans.get(key, (start, start))
            spans[key] = (min(first, start), max(last, start))
        await self._connection.execute(
            SQL["upsert_visitors"],
            self.shard,
            [site for site, _ in spans],
            [UUID(visitor) for _, visitor in spans],
            [utc(first) for first, _ in spans.values()],
            [utc(last) for _, last in spans.values()],
        )

    async def _update_visits(self, changed: Sequence[Visit]) -> None:
        starts = [utc(visit.started_at) for visit in changed]
        await self._connection.execute(
            *SQL.bind(
                "update_visits",
                shard=self.shard,
                site_ids=[visit.site_id for visit in changed],
                visitor_ids=[UUID(visit.visitor_id) for visit in changed],
                starts=starts,
                ends=[utc(visit.ended_at) for visit in changed],
                pageviews=[visit.pageviews for visit in changed],
                events=[visit.events for visit in changed],
                engaged_ms=[visit.engaged_ms for visit in changed],
                exit_pages=[visit.exit_page for visit in changed],
                min_start=min(starts),
                max_start=max(starts),
            )
        )


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


async def ensure_partitions(connection: Connection, days: Iterable[date]) -> None:
    """Create the missing monthly partitions for rows of these days, in a separate transaction."""
    await connection.execute(SQL["ensure_partitions"], sorted(days))
