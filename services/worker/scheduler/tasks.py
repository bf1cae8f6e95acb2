"""All that a worker does: shards when there is something in them, and chores by the clock."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncpg
from redis.asyncio import Redis

from common.backoff import ShardBackoff
from common.clock import Clock, utc
from common.outage import OutageLog
from common.store.errors import TRANSIENT_ERRORS
from services.worker.alerts.checks import AlertChecks
from services.worker.alerts.deliveries import AlertDeliveries
from services.worker.bots.behavior_check import BehaviorCheck
from services.worker.bots.nightly_scoring import NightlyScoring
from services.worker.bots.reclassification import Reclassification
from services.worker.ingest.ingest import Ingest
from services.worker.insights.runs import LONGEST_SECONDS, InsightRuns
from services.worker.retention.expiry import Retention
from services.worker.retention.redis_log import rewrite_logs
from services.worker.retention.site_deletion import SiteDeletions
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild
from services.worker.scheduler.maintenance import make_partitions, reconcile_registry
from services.worker.scheduler.schedule import At, Chore, every

_FIRST_RETRY_SECONDS = 0.25
_LONGEST_RETRY_SECONDS = 5.0
_MODEL_SECONDS = LONGEST_SECONDS + 30


@dataclass(frozen=True, slots=True)
class Jobs:
    ingest: Ingest
    deletions: SiteDeletions
    compaction: Compaction
    rebuild: Rebuild
    insights: InsightRuns
    alerts: AlertChecks
    deliveries: AlertDeliveries
    behavior_check: BehaviorCheck
    reclassification: Reclassification
    nightly_scoring: NightlyScoring
    retention: Retention
    pool: "asyncpg.Pool[Any]"
    redis: "Redis"
    stream_servers: Sequence["Redis"]
    drain_seconds: float
    stopping: asyncio.Event
    clock: Clock
    backoff: ShardBackoff = field(default_factory=lambda: ShardBackoff(_FIRST_RETRY_SECONDS, _LONGEST_RETRY_SECONDS))
    outage: OutageLog = field(default_factory=lambda: OutageLog("ingest"))

    async def ingest_shard(self, shard: int) -> None:
        if not self.backoff.is_due(shard):
            return  # the dispatcher puts it up again
        try:
            await self.ingest.drain(shard, self.drain_seconds, self.stopping.is_set)
            self.backoff.succeeded(shard)
            self.outage.recovered()
        except TRANSIENT_ERRORS as error:
            # Nothing was stored and nothing is lost.
            self.backoff.failed(shard)
            self.outage.failed(error)

    @property
    def chores(self) -> tuple[Chore, ...]:
        def until_stopped(run: Callable[..., Any], seconds: float) -> partial[Any]:
            return partial(run, seconds, self.stopping.is_set)

        return (
            Chore("registry", partial(reconcile_registry, self.pool, self.redis), every(30), at_startup=True),
            # Readers take what waits as well. Put together seldom, a value is written once for many of its beacons.
            Chore("compaction", until_stopped(self.compaction.run, 8), every(15, after=1)),
            # A month of a large site is made in one transaction.
            Chore("rebuild", until_stopped(self.rebuild.run, 60), every(10, after=4), at_most_seconds=3_600),
            Chore("deletions", until_stopped(self.deletions.run, 4), every(5, after=2)),
            Chore("reclassification", until_stopped(self.reclassification.run, 50), every(5, after=3)),
            # Every look at who became a bot puts days in doubt, so it is not done all the time.
            Chore(
                "behaviour", until_stopped(self.behavior_check.run, 50), At(minutes=set(range(1, 60, 5)), seconds=47)
            ),
            Chore("insights", self.insights.run, every(10, after=6), at_most_seconds=_MODEL_SECONDS),
            Chore("nights", self.insights.ask_for_nights, At(minutes=set(range(7, 60, 10)), seconds=33)),
            Chore("bot-scoring", self.nightly_scoring.run, At(hour=2, minutes=41), at_most_seconds=_MODEL_SECONDS),
            Chore("alerts", self.alerts.run, At(seconds=45)),
            Chore("deliveries", self.deliveries.run, every(5, after=3)),
            Chore("forgetting", self.deliveries.forget, At(hour=4, minutes=27)),
            Chore("retention", until_stopped(self.retention.run, 50), At(seconds=21), at_most_seconds=1_800),
            # Soon after midnight, when a day's salt has expired, and whenever that was missed.
            Chore("redis-log", self._rewrite_logs, At(minutes=7, seconds=11), at_startup=True),
            Chore("partitions", self._make_partitions, At(hour=3, minutes=17)),
        )

    async def _rewrite_logs(self) -> None:
        await rewrite_logs((self.redis, *self.stream_servers), self.clock)

    async def _make_partitions(self) -> None:
        await make_partitions(self.pool, utc(self.clock()).date())
