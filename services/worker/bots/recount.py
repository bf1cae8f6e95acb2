"""What is stored, counted again as a site wants it now: batch by batch, each in a transaction of its own.

A worker that stops leaves nothing half done; whoever comes next goes on where it was. Days whose visits change are
read from the raw rows until their rollups are made anew, so that at any time what is counted is what the rows say.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from common.bots import Rule
from common.clock import Clock, utc
from services.worker.bots.observed import verdicts_of_lives, verdicts_of_visits
from services.worker.bots.visits import SQL, Change, StoredVisit, apply_changes
from services.worker.bots.wishes import Wishes
from services.worker.ingest.site_policies import wishes_of
from services.worker.rollups.rebuild import KNOWN_EVERYWHERE

BATCH_VISITS = 2_000
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC), UUID(int=0)
"""Before the first visit."""
_log = structlog.get_logger()


class Recount:
    def __init__(
        self, pool: "asyncpg.Pool[Any]", shards: Iterable[int], clock: Clock, batch: int = BATCH_VISITS
    ) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock
        self._batch = batch

    async def run(
        self, seconds: float, should_stop: Callable[[], bool] = lambda: False, *, at_once: bool = False
    ) -> int:
        """Counts again until nothing is left to count, ``seconds`` are over, or it should stop.

        It begins when every worker knows what the site wants; ``at_once``: without waiting for that. Gives how many
        visits were looked at.
        """
        deadline, total = time.monotonic() + seconds, 0
        for site_id, requested_at in await self._pool.fetch(SQL["recounts"]):
            if not at_once and requested_at + KNOWN_EVERYWHERE > utc(self._clock()):
                continue
            while True:
                began = time.monotonic()
                seen = await self._next_batch(site_id)
                if seen is None:
                    break
                total += seen
                if time.monotonic() > deadline or should_stop():
                    return total
                # The ingest has the shard for as long as it took.
                await asyncio.sleep(time.monotonic() - began)
        return total

    async def _next_batch(self, site_id: int) -> int | None:
        """How many visits were looked at; None: it is done, or another worker's."""
        async with self._pool.acquire() as connection, connection.transaction():
            state = await connection.fetchrow(SQL["lock_recount"], site_id)
            if state is None:
                return None
            shard, with_behavior = state["shard"], state["with_behavior"]
            if shard not in self._shards:
                await connection.execute(SQL["note_recount"], site_id, shard, *_BEGINNING, 0, 0, utc(self._clock()))
                _log.info("visits counted again", site=site_id)
                return None
            await connection.execute(SQL["hold_shard"], shard)
            after = state["after_start"], state["after_visitor"]
            rows = await connection.fetch(SQL["next_visits"], shard, site_id, *after, self._batch)
            visits = [StoredVisit(*row) for row in rows]
            wishes, calendar = await wishes_of(connection, site_id)
            changes = await self._changes(connection, shard, site_id, visits, wishes, with_behavior=with_behavior)
            changed = await apply_changes(connection, shard, site_id, changes, calendar, utc(self._clock()))
            if len(visits) < self._batch:
                place = (shard + 1, *_BEGINNING)
            else:
                place = (shard, visits[-1].started_at, visits[-1].visitor_id)
            await connection.execute(SQL["note_recount"], site_id, *place, len(visits), changed, None)
            return len(visits)

    async def _changes(
        self,
        connection: Any,
        shard: int,
        site_id: int,
        visits: list[StoredVisit],
        wishes: Wishes,
        *,
        with_behavior: bool,
    ) -> list[Change]:
        verdicts = {visit.key: visit.bot_verdict for visit in visits}
        if with_behavior:
            open_ones = [visit for visit in visits if visit.is_open]
            visitors = {visit.visitor_id for visit in open_ones}
            of_visits = await verdicts_of_visits(connection, shard, site_id, open_ones, wishes.limits)
            of_lives = await verdicts_of_lives(connection, shard, site_id, visitors, wishes.limits)
            for visit in open_ones:
                before = visit.bot_verdict if visit.bot_verdict == Rule.MODEL else ""
                of_life, _ = of_lives.get(visit.visitor_id, ("", []))
                verdicts[visit.key] = of_visits.get(visit.key) or of_life or before
        return [
            Change(visit, verdicts[visit.key], wishes.reason(verdicts[visit.key], visit.network, visit.user_agent))
            for visit in visits
        ]
