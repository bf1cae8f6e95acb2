"""One shard's stream into Postgres, exactly once.

The offset is read, and moved on, in the transaction that stores what was read. A crash at any point leaves either
all of a batch or nothing of it.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import asyncpg
import structlog

from common.beacon import Beacon
from common.clock import Clock, utc
from common.outcomes import DEAD, STORED, DropReason, dropped
from common.rollups.stale_days import mark_stale
from common.store.shard_lock import try_lock_shard
from common.streams import Batch, StreamReader
from common.streams.accounting import StreamAccount, account_for
from common.streams.reader import BEGINNING, stream_position
from services.worker.bots.candidates import behavior_candidates
from services.worker.enrich import Drop, Pipeline
from services.worker.enrich.event import Event
from services.worker.ingest.dead_letters import DeadLetter, failed, is_sound, undecodable, unsound
from services.worker.ingest.sessions import Sessions, sessionize
from services.worker.ingest.site_policies import Policies, SitePolicies
from services.worker.ingest.writer import ShardWriter, ensure_partitions
from services.worker.metrics import WorkerMetrics
from services.worker.rollups.calendar import Calendar
from services.worker.rollups.deltas import batch_deltas, days_with_changed_exits

# What Postgres or its client says of a value, and not of the connection, the lock or the server.
_DATA_ERRORS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    OverflowError,
    TypeError,
)
# What Citus makes of whatever another server says of a COPY, also of a key that is there already.
_UNCLEAR_ERRORS = (asyncpg.InternalServerError,)
_log = structlog.get_logger()


@dataclass(slots=True)
class Outcome:
    """What became of a batch's beacons."""

    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Beacons by site id and outcome; site 0 is "cannot be told"."""
    letters: list[DeadLetter] = field(default_factory=list)

    def bury(self, letter: DeadLetter) -> None:
        self.letters.append(letter)
        self.counts[letter.site_id or 0, DEAD] += 1


class Ingest:
    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        streams: StreamReader,
        pipeline: Pipeline,
        policies: SitePolicies,
        batch: int,
        metrics: WorkerMetrics,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._streams = streams
        self._pipeline = pipeline
        self._policies = policies
        self._batch = batch
        self._metrics = metrics
        self._clock = clock
        self._months: set[date] = set()

    async def drain(self, shard: int, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Stores what is in the stream, for ``seconds`` at the most, or until it should stop.

        What comes meanwhile waits for the next time: the other shards have their turn, and a batch of a few beacons
        costs as much as one of hundreds. Gives how many were taken care of; 0 also when another worker has the shard.
        """
        total, deadline, is_behind = 0, time.monotonic() + seconds, True
        while is_behind:
            taken = await self.store_next(shard)
            total += taken
            is_behind = taken >= self._batch and time.monotonic() <= deadline and not should_stop()
        return total

    async def store_next(self, shard: int) -> int:
        """Stores the next batch of the shard. Gives how many beacons it had; 0 when there was nothing to do."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await try_lock_shard(connection, shard)
            if row is None:
                return 0
            offset = row["last_id"]
            batch = await self._streams.read(shard, offset, self._batch)
            if batch is None:
                batch = await self._after_gap(shard, offset)
            if batch is None:
                return 0
            # Before anything was stored, what the stream took is no business of this database.
            came = account_for(batch.entries, row["stream_total"] if offset != BEGINNING else None)
            with self._metrics.batch_seconds.time():
                outcome = await self._store(connection, shard, batch, came)
        # It is stored now: counted first, whether Redis can be told or not.
        self._note_taken(shard, came, went_back=stream_position(batch.last_id) < stream_position(offset))
        self._metrics.count(outcome.counts)
        self._metrics.note_lag(batch.beacons, self._clock())
        await self._streams.trim(shard, batch.last_id)
        return len(batch.beacons) + len(batch.undecodable)

    async def _after_gap(self, shard: int, offset: str) -> Batch | None:
        """Nothing lies behind the offset: is the stream at its end, or was it started anew behind our back?"""
        state = await self._streams.state(shard)
        if state is None:
            return None
        if stream_position(state.newest_id) >= stream_position(offset):
            if state.entries:  # stored, but not trimmed: a worker died in between
                await self._streams.trim(shard, offset)
            return None
        _log.error("stream was reset: its ids are below what is stored", shard=shard, offset=offset)
        self._metrics.stream_resets.inc()
        return await self._streams.read(shard, BEGINNING, self._batch)

    def _note_taken(self, shard: int, came: StreamAccount, *, went_back: bool) -> None:
        """``went_back``: the reset was noticed by the ids already."""
        if came.missing:
            _log.error("beacons were on the stream, and are gone", shard=shard, beacons=came.missing)
            self._metrics.missing.inc(came.missing)
        if came.was_reset and not went_back:
            _log.error("the stream's count began anew: redis was emptied or went back in time", shard=shard)
            self._metrics.stream_resets.inc()

    async def _store(self, connection: Any, shard: int, batch: Batch, came: StreamAccount) -> Outcome:
        outcome, now = Outcome(), utc(self._clock())
        whole = batch
        for index, (payload, error) in enumerate(batch.undecodable):
            outcome.bury(undecodable(payload, error, f"{batch.last_id}/{index}"))
        if batch.unreadable > 0:
            outcome.counts[0, DEAD] += batch.unreadable
        writer = ShardWriter(connection, shard)
        batch = replace(batch, beacons=await self._not_erased(writer, batch.beacons, outcome))
        policies = await self._policies.known(connection, {beacon.site_id for beacon in batch.beacons})
        events = await self._new_only(writer, self._enrich(batch, policies, outcome), outcome)
        if events:
            await self._ensure_partitions(events)
            await self._store_events(connection, writer, events, policies, outcome)
        if outcome.letters:
            await writer.add_dead_letters(outcome.letters, now)
            _log.error("beacons could not be stored", shard=shard, beacons=len(outcome.letters))
        await writer.add_counts(outcome.counts, now)
        await writer.add_accepted(_by_site(whole, policies.deleted))
        await writer.advance(batch.last_id, now, came)
        return outcome

    async def _not_erased(self, writer: ShardWriter, beacons: list[Beacon], outcome: Outcome) -> list[Beacon]:
        """``beacons`` without what visitors sent before they were erased."""
        sound = [beacon.received_at for beacon in beacons if is_sound(beacon)]
        erased = await writer.erasures_since(min(sound)) if sound else {}
        if not erased:
            return beacons
        kept: list[Beacon] = []
        for beacon in beacons:
            if beacon.received_at <= erased.get((beacon.site_id, beacon.visitor_id), -1):
                outcome.counts[beacon.site_id, dropped(DropReason.ERASED)] += 1
            else:
                kept.append(beacon)
        return kept

    def _enrich(self, batch: Batch, policies: Policies, outcome: Outcome) -> list[Event]:
        events: list[Event] = []
        enrich = self._pipeline.enrich
        for beacon in batch.beacons:
            if beacon.site_id in policies.deleted:
                outcome.counts[beacon.site_id, dropped(DropReason.SITE_DELETED)] += 1
                continue
            if not is_sound(beacon):
                outcome.bury(unsound(beacon, f"{batch.last_id}+{len(outcome.letters)}"))
                continue
            try:
                result = enrich(beacon)
            except Exception as error:  # one bad beacon must not stop its shard
                outcome.bury(failed(beacon, "enriching", error))
                continue
            if isinstance(result, Drop):
                outcome.counts[beacon.site_id, dropped(result.reason)] += 1
                continue
            result.bot_verdict = result.bot_reason
            bot_policy = policies.bot_policies.get(beacon.site_id)
            if bot_policy is not None and not bot_policy.is_default:
                result.bot_reason = bot_policy.reason(result.bot_verdict, beacon.network, beacon.user_agent)
            events.append(result)
        return events

    async def _new_only(self, writer: ShardWriter, events: list[Event], outcome: Outcome) -> list[Event]:
        """``events`` without repetitions of what is stored, or was earlier in the batch."""
        repeatable = [event for event in events if event.beacon.repeatable]
        if not repeatable:
            return events
        seen = await writer.stored_already(repeatable)
        new: list[Event] = []
        for event in events:
            if event.beacon.repeatable:
                if event.beacon.id in seen:
                    outcome.counts[event.beacon.site_id, dropped(DropReason.REPEATED)] += 1
                    continue
                seen.add(event.beacon.id)
            new.append(event)
        return new

    async def _store_events(
        self,
        connection: Any,
        writer: ShardWriter,
        events: list[Event],
        policies: Policies,
        outcome: Outcome,
    ) -> None:
        """Stores all of ``events``; when a value among them is impossible, halves until it stands alone.

        Where that cannot be told from a server's trouble, what stands alone is tried once more, so that it can.
        """
        try:
            async with connection.transaction():
                sessions = sessionize(events, await writer.visits_in_reach(events))
                await writer.store(sessions)
                await self._add_to_rollups(connection, writer, sessions, policies.calendars)
                if busy := behavior_candidates(sessions, policies.bot_policies):
                    await writer.add_bot_candidates(busy)
        except (*_DATA_ERRORS, *_UNCLEAR_ERRORS) as error:
            if len(events) == 1:
                if isinstance(error, asyncpg.CheckViolationError) and await self._make_months_again(events):
                    await self._store_events(connection, writer, events, policies, outcome)
                elif not isinstance(error, _UNCLEAR_ERRORS):
                    outcome.bury(failed(events[0].beacon, "storing", error))
                elif writer.carefully:
                    raise
                else:
                    careful = ShardWriter(connection, writer.shard, carefully=True)
                    await self._store_events(connection, careful, events, policies, outcome)
                return
            middle = len(events) // 2
            await self._store_events(connection, writer, events[:middle], policies, outcome)
            await self._store_events(connection, writer, events[middle:], policies, outcome)
            return
        for event, _ in sessions.rows:
            outcome.counts[event.beacon.site_id, STORED] += 1
        for event in sessions.orphans:
            outcome.counts[event.beacon.site_id, dropped(DropReason.NO_VISIT)] += 1

    async def _add_to_rollups(
        self, connection: Any, writer: ShardWriter, sessions: Sessions, calendars: Mapping[int, Calendar]
    ) -> None:
        now = self._clock()
        if deltas := batch_deltas(sessions, calendars):
            await writer.add_deltas(deltas, now)
        if days := days_with_changed_exits(sessions, calendars):
            await mark_stale(connection, writer.shard, days, utc(now), exits_only=True)

    async def _ensure_partitions(self, events: Sequence[Event]) -> None:
        """Events may be as old as an imported log, so any month may be needed."""
        missing = _months(events) - self._months
        if missing:
            async with self._pool.acquire() as connection:
                await ensure_partitions(connection, missing)
            self._months |= missing

    async def _make_months_again(self, events: Sequence[Event]) -> bool:
        """Makes those that were there once, and may be no more: retention drops months. False where none was."""
        once = _months(events) & self._months
        self._months -= once
        if once:
            async with self._pool.acquire() as connection:
                await ensure_partitions(connection, once)
        return bool(once)


def _months(events: Sequence[Event]) -> set[date]:
    days = {utc(ms).date() for ms in {e.beacon.received_at // 86_400_000 * 86_400_000 for e in events}}
    return {day.replace(day=1) for day in days}


def _by_site(batch: Batch, deleted: Collection[int]) -> Counter[int]:
    """How many beacons were read, by the site that ``ingest_counts`` has them under."""
    sites = Counter(beacon.site_id if beacon.site_id in deleted or is_sound(beacon) else 0 for beacon in batch.beacons)
    sites[0] += len(batch.undecodable) + max(0, batch.unreadable)
    return +sites
