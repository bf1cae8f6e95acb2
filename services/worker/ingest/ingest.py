"""Stores the beacons of a shard's stream in PostgreSQL, exactly once.

The transaction that stores a batch also reads and advances the offset. After a crash at any point either all of a batch
is stored or none of it.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import asyncpg
import structlog

from common.beacon import Beacon
from common.clock import Clock, utc
from common.outcomes import DEAD, STORED, DropReason, dropped
from common.rollups.stale_days import mark_stale
from common.store.connection import Connection, Pool
from common.store.shard_lock import try_lock_shard
from common.streams import Batch, StreamReader
from common.streams.accounting import StreamAccount, account_for
from common.streams.reader import BEGINNING, stream_position
from services.worker.bots.behavior import behavior_candidates
from services.worker.enrich import Drop, Pipeline
from services.worker.enrich.event import Event
from services.worker.ingest.dead_letters import DeadLetter, failed, invalid, is_storable, undecodable
from services.worker.ingest.sessions import Sessions, sessionize
from services.worker.ingest.site_policies import Policies, SitePolicies
from services.worker.ingest.writer import ShardWriter, ensure_partitions
from services.worker.prometheus import WorkerMetrics
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.deltas import batch_deltas, days_with_changed_exits

# Errors that a value causes, not the connection, a lock or the server.
_DATA_ERRORS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    OverflowError,
    TypeError,
)
# Citus reports every error of a COPY on another server as this one, also a duplicate key.
_UNCLEAR_ERRORS = (asyncpg.InternalServerError,)
_log = structlog.get_logger()


@dataclass(slots=True)
class BatchOutcomes:
    """Outcomes of the beacons of a batch, and its dead letters."""

    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Beacons by site id and outcome; site 0 counts beacons whose site is unknown."""
    dead_letters: list[DeadLetter] = field(default_factory=list)

    def add_dead_letter(self, letter: DeadLetter) -> None:
        self.dead_letters.append(letter)
        self.counts[letter.site_id or 0, DEAD] += 1


class Ingest:
    def __init__(
        self,
        pool: Pool,
        streams: StreamReader,
        pipeline: Pipeline,
        policies: SitePolicies,
        batch_size: int,
        metrics: WorkerMetrics,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._streams = streams
        self._pipeline = pipeline
        self._policies = policies
        self._batch_size = batch_size
        self._metrics = metrics
        self._clock = clock
        self._known_months: set[date] = set()

    async def drain(self, shard: int, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Store the stream's entries until a batch is not full, ``seconds`` have passed, or it should stop.

        New beacons wait for the next call, so that other shards get their turn: a batch of a few beacons costs as much
        as one of hundreds. Returns the number of beacons processed; 0 also if another worker has the shard.
        """
        total, deadline, has_backlog = 0, time.monotonic() + seconds, True
        while has_backlog:
            processed = await self.store_next(shard)
            total += processed
            has_backlog = processed >= self._batch_size and time.monotonic() <= deadline and not should_stop()
        return total

    async def store_next(self, shard: int) -> int:
        """Store the next batch of the shard and return its number of beacons; 0 if there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await try_lock_shard(connection, shard)
            if row is None:
                return 0
            offset = row["last_id"]
            batch = await self._streams.read(shard, offset, self._batch_size)
            if batch is None:
                batch = await self._after_gap(shard, offset)
            if batch is None:
                return 0
            # The first batch of a shard does not count what the stream accepted before this database existed.
            account = account_for(batch.entries, row["stream_total"] if offset != BEGINNING else None)
            with self._metrics.batch_seconds.time():
                result = await self._store(connection, shard, batch, account)
        # The batch is committed. Count it before the trim, which fails while Redis is unavailable.
        self._note_account(shard, account, ids_went_back=stream_position(batch.last_id) < stream_position(offset))
        self._metrics.count(result.counts)
        self._metrics.note_lag(batch.beacons, self._clock())
        await self._streams.trim(shard, batch.last_id)
        return len(batch.beacons) + len(batch.undecodable)

    async def _after_gap(self, shard: int, offset: str) -> Batch | None:
        """Return None at the end of the stream. If the stream was reset, return its first batch."""
        state = await self._streams.state(shard)
        if state is None:
            return None
        if stream_position(state.newest_id) >= stream_position(offset):
            if state.entries:  # stored but not trimmed, because a worker was killed in between
                await self._streams.trim(shard, offset)
            return None
        _log.error("ingest: stream was reset; its ids are below the stored offset", shard=shard, offset=offset)
        self._metrics.stream_resets.inc()
        return await self._streams.read(shard, BEGINNING, self._batch_size)

    def _note_account(self, shard: int, account: StreamAccount, *, ids_went_back: bool) -> None:
        """Log and count lost beacons and resets. ``ids_went_back``: the reset was counted because of the ids."""
        if account.missing:
            _log.error("ingest: accepted beacons are missing from the stream", shard=shard, beacons=account.missing)
            self._metrics.missing.inc(account.missing)
        if account.was_reset and not ids_went_back:
            _log.error("ingest: stream was reset; redis lost data or was restored from a backup", shard=shard)
            self._metrics.stream_resets.inc()

    async def _store(self, connection: Connection, shard: int, batch: Batch, account: StreamAccount) -> BatchOutcomes:
        result, now = BatchOutcomes(), utc(self._clock())
        read = batch
        for index, (payload, error) in enumerate(batch.undecodable):
            result.add_dead_letter(undecodable(payload, error, f"{batch.last_id}/{index}"))
        if batch.unreadable > 0:
            result.counts[0, DEAD] += batch.unreadable
        writer = ShardWriter(connection, shard)
        batch = replace(batch, beacons=await self._not_erased(writer, batch.beacons, result))
        policies = await self._policies.known(connection, {beacon.site_id for beacon in batch.beacons})
        events = await self._new_only(writer, self._enrich(batch, policies, result), result)
        if events:
            await self._ensure_partitions(events)
            await self._store_events(connection, writer, events, policies, result)
        if result.dead_letters:
            await writer.add_dead_letters(result.dead_letters, now)
            _log.error("ingest: moved beacons to dead letters", shard=shard, beacons=len(result.dead_letters))
        await writer.add_counts(result.counts, now)
        await writer.add_accepted(_by_site(read, policies.deleted))
        await writer.advance(batch.last_id, now, account)
        return result

    async def _not_erased(self, writer: ShardWriter, beacons: list[Beacon], result: BatchOutcomes) -> list[Beacon]:
        """Return ``beacons`` without those that a visitor sent before an erasure."""
        times = [beacon.received_at for beacon in beacons if is_storable(beacon)]
        erased = await writer.erasures_since(min(times)) if times else {}
        if not erased:
            return beacons
        kept: list[Beacon] = []
        for beacon in beacons:
            if beacon.received_at <= erased.get((beacon.site_id, beacon.visitor_id), -1):
                result.counts[beacon.site_id, dropped(DropReason.ERASED)] += 1
            else:
                kept.append(beacon)
        return kept

    def _enrich(self, batch: Batch, policies: Policies, result: BatchOutcomes) -> list[Event]:
        events: list[Event] = []
        enrich = self._pipeline.enrich
        for beacon in batch.beacons:
            if beacon.site_id in policies.deleted:
                result.counts[beacon.site_id, dropped(DropReason.SITE_DELETED)] += 1
                continue
            if not is_storable(beacon):
                result.add_dead_letter(invalid(beacon, f"{batch.last_id}+{len(result.dead_letters)}"))
                continue
            try:
                event = enrich(beacon)
            except Exception as error:  # one beacon must not block its shard
                result.add_dead_letter(failed(beacon, "enriching", error))
                continue
            if isinstance(event, Drop):
                result.counts[beacon.site_id, dropped(event.reason)] += 1
                continue
            event.bot_verdict = event.bot_reason
            bot_policy = policies.bot_policies.get(beacon.site_id)
            if bot_policy is not None and not bot_policy.is_default:
                event.bot_reason = bot_policy.reason(event.bot_verdict, beacon.network, beacon.user_agent)
            events.append(event)
        return events

    async def _new_only(self, writer: ShardWriter, events: list[Event], result: BatchOutcomes) -> list[Event]:
        """Return ``events`` without those that are stored already or are repeated within the batch."""
        repeatable = [event for event in events if event.beacon.repeatable]
        if not repeatable:
            return events
        seen = await writer.stored_ids(repeatable)
        new: list[Event] = []
        for event in events:
            if event.beacon.repeatable:
                if event.beacon.id in seen:
                    result.counts[event.beacon.site_id, dropped(DropReason.REPEATED)] += 1
                    continue
                seen.add(event.beacon.id)
            new.append(event)
        return new

    async def _store_events(
        self,
        connection: Connection,
        writer: ShardWriter,
        events: list[Event],
        policies: Policies,
        result: BatchOutcomes,
    ) -> None:
        """Store ``events``. If a value cannot be stored, halve them until its event is alone.

        If the error does not show whether the value or a server is at fault, store that event once more, staged.
        """
        try:
            async with connection.transaction():
                sessions = sessionize(events, await writer.visits_in_reach(events))
                await writer.store(sessions)
                await self._add_to_rollups(connection, writer, sessions, policies.calendars)
                if candidates := behavior_candidates(sessions, policies.bot_policies):
                    await writer.add_bot_candidates(candidates)
        except (*_DATA_ERRORS, *_UNCLEAR_ERRORS) as error:
            if len(events) == 1:
                if isinstance(error, asyncpg.CheckViolationError) and await self._restore_partitions(events):
                    await self._store_events(connection, writer, events, policies, result)
                elif not isinstance(error, _UNCLEAR_ERRORS):
                    result.add_dead_letter(failed(events[0].beacon, "storing", error))
                elif writer.staged:
                    raise
                else:
                    staged = ShardWriter(connection, writer.shard, staged=True)
                    await self._store_events(connection, staged, events, policies, result)
                return
            middle = len(events) // 2
            await self._store_events(connection, writer, events[:middle], policies, result)
            await self._store_events(connection, writer, events[middle:], policies, result)
            return
        for event, _ in sessions.rows:
            result.counts[event.beacon.site_id, STORED] += 1
        for event in sessions.orphans:
            result.counts[event.beacon.site_id, dropped(DropReason.NO_VISIT)] += 1

    async def _add_to_rollups(
        self, connection: Connection, writer: ShardWriter, sessions: Sessions, calendars: Mapping[int, Calendar]
    ) -> None:
        now = self._clock()
        if deltas := batch_deltas(sessions, calendars):
            await writer.add_deltas(deltas, now)
        if days := days_with_changed_exits(sessions, calendars):
            await mark_stale(connection, writer.shard, days, utc(now), exits_only=True)

    async def _ensure_partitions(self, events: Sequence[Event]) -> None:
        """Create missing partitions. Any month may be needed, since imported events can be old."""
        missing = _months(events) - self._known_months
        if missing:
            async with self._pool.acquire() as connection:
                await ensure_partitions(connection, missing)
            self._known_months |= missing

    async def _restore_partitions(self, events: Sequence[Event]) -> bool:
        """Create partitions again that data retention has dropped. Returns False if none of them existed."""
        dropped_months = _months(events) & self._known_months
        self._known_months -= dropped_months
        if dropped_months:
            async with self._pool.acquire() as connection:
                await ensure_partitions(connection, dropped_months)
        return bool(dropped_months)


def _months(events: Sequence[Event]) -> set[date]:
    days = {utc(ms).date() for ms in {e.beacon.received_at // 86_400_000 * 86_400_000 for e in events}}
    return {day.replace(day=1) for day in days}


def _by_site(batch: Batch, deleted: Collection[int]) -> Counter[int]:
    """Return the number of beacons read, by site id as in ``ingest_counts``."""
    sites = Counter(
        beacon.site_id if beacon.site_id in deleted or is_storable(beacon) else 0 for beacon in batch.beacons
    )
    sites[0] += len(batch.undecodable) + max(0, batch.unreadable)
    return +sites
