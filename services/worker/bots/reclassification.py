"""Reclassifies stored visits by a site's current bot policy: in batches, each in a transaction of its own.

A worker that stops leaves no batch half done; the next one continues there. Days whose visits change are read from the
raw rows until their rollups are rebuilt, so reports agree with the rows at any time.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import UUID

import structlog

from common.bots import Rule
from common.clock import Clock, utc
from common.store import Connection, Pool
from common.store.shard_lock import lock_shard
from services.worker.bots.site_bot_policy import SiteBotPolicy
from services.worker.bots.violations import verdicts_of_visitors, verdicts_of_visits
from services.worker.bots.visits import SQL, ClassifiedVisit, VerdictChange, apply_changes
from services.worker.ingest.site_policies import bot_policy_of
from services.worker.rollups.rebuild import CORRECTION_DELAY

VISITS_PER_BATCH = 2_000
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC), UUID(int=0)
"""Before the first visit."""
_log = structlog.get_logger()


class Reclassification:
    def __init__(self, pool: Pool, shards: Iterable[int], clock: Clock, batch: int = VISITS_PER_BATCH) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock
        self._batch = batch

    async def run(
        self, seconds: float, should_stop: Callable[[], bool] = lambda: False, *, at_once: bool = False
    ) -> int:
        """Reclassify until nothing is left, ``seconds`` are over, or it should stop; return the number of visits read.

        It starts when every worker has the site's current policy; ``at_once``: without waiting for that.
        """
        deadline, total = time.monotonic() + seconds, 0
        for site_id, requested_at in await self._pool.fetch(SQL["reclassifications"]):
            if not at_once and requested_at + CORRECTION_DELAY > utc(self._clock()):
                continue
            while True:
                began = time.monotonic()
                visits = await self._next_batch(site_id)
                if visits is None:
                    break
                total += visits
                if time.monotonic() > deadline or should_stop():
                    return total
                # Give the ingest as much time with the shard as the batch took.
                await asyncio.sleep(time.monotonic() - began)
        return total

    async def _next_batch(self, site_id: int) -> int | None:
        """Return the number of visits read; None: all is done, or another worker has the site."""
        async with self._pool.acquire() as connection, connection.transaction():
            state = await connection.fetchrow(SQL["lock_reclassification"], site_id)
            if state is None:
                return None
            shard, with_behavior = state["shard"], state["with_behavior"]
            if shard not in self._shards:
                await self._record_progress(connection, site_id, (shard, *_BEGINNING), finished_at=utc(self._clock()))
                _log.info("bots: visits reclassified", site=site_id)
                return None
            await lock_shard(connection, shard)
            after = state["after_start"], state["after_visitor"]
            rows = await connection.fetch(SQL["next_visits"], shard, site_id, *after, self._batch)
            visits = [ClassifiedVisit(*row) for row in rows]
            bot_policy, calendar = await bot_policy_of(connection, site_id)
            changes = await self._changes(connection, shard, site_id, visits, bot_policy, with_behavior=with_behavior)
            changed = await apply_changes(connection, shard, site_id, changes, calendar, utc(self._clock()))
            if len(visits) < self._batch:
                position = (shard + 1, *_BEGINNING)
            else:
                position = (shard, visits[-1].started_at, visits[-1].visitor_id)
            await self._record_progress(connection, site_id, position, visits=len(visits), changed=changed)
            return len(visits)

    async def _record_progress(
        self,
        connection: Connection,
        site_id: int,
        position: tuple[int, datetime, UUID],
        *,
        visits: int = 0,
        changed: int = 0,
        finished_at: datetime | None = None,
    ) -> None:
        shard, after_start, after_visitor = position
        query = SQL.bind(
            "update_reclassification",
            site_id=site_id,
            shard=shard,
            after_start=after_start,
            after_visitor=after_visitor,
            visits_read=visits,
            visits_changed=changed,
            finished_at=finished_at,
        )
        await connection.execute(*query)

    async def _changes(
        self,
        connection: Connection,
        shard: int,
        site_id: int,
        visits: list[ClassifiedVisit],
        bot_policy: SiteBotPolicy,
        *,
        with_behavior: bool,
    ) -> list[VerdictChange]:
        verdicts = {visit.key: visit.bot_verdict for visit in visits}
        if with_behavior:
            open_visits = [visit for visit in visits if visit.is_open]
            visitors = {visit.visitor_id for visit in open_visits}
            of_visits = await verdicts_of_visits(connection, shard, site_id, open_visits, bot_policy.limits)
            of_visitors = await verdicts_of_visitors(connection, shard, site_id, visitors, bot_policy.limits)
            for visit in open_visits:
                of_model = visit.bot_verdict if visit.bot_verdict == Rule.MODEL else ""
                of_visitor, _ = of_visitors.get(visit.visitor_id, ("", []))
                verdicts[visit.key] = of_visits.get(visit.key) or of_visitor or of_model
        return [
            VerdictChange(
                visit, verdicts[visit.key], bot_policy.reason(verdicts[visit.key], visit.network, visit.user_agent)
            )
            for visit in visits
        ]
