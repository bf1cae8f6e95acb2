"""Everything a worker does: it ingests shards that have entries, and runs periodic tasks."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from redis.asyncio import Redis

from common.backoff import ShardBackoff
from common.clock import Clock, utc
from common.outage import OutageLog
from common.store.connection import Pool
from common.store.errors import TRANSIENT_ERRORS
from services.worker.alerts.checks import AlertChecks
from services.worker.alerts.deliveries import AlertDeliveries
from services.worker.bots.behavior_check import BehaviorCheck
from services.worker.bots.nightly_scoring import NightlyScoring
from services.worker.bots.reclassification import Reclassification
from services.worker.deletion.data_retention import ExpiredDataDeletion
from services.worker.deletion.redis_log import rewrite_logs
from services.worker.deletion.site_deletion import SiteDeletions
from services.worker.ingest.ingest import Ingest
from services.worker.insights.runs import MAX_SECONDS, InsightRuns
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild
from services.worker.scheduler.maintenance import make_partitions, reconcile_registry
from services.worker.scheduler.schedule import PeriodicTask, Schedule, every

_FIRST_RETRY_SECONDS = 0.25
_LONGEST_RETRY_SECONDS = 5.0
_MODEL_TIMEOUT_SECONDS = MAX_SECONDS + 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The work of one worker process. Backoff and outages are those of ingest."""

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
    data_retention: ExpiredDataDeletion
    pool: Pool
    redis: "Redis"
    stream_servers: Sequence["Redis"]
    drain_seconds: float
    stopping: asyncio.Event
    clock: Clock
    backoff: ShardBackoff = field(default_factory=lambda: ShardBackoff(_FIRST_RETRY_SECONDS, _LONGEST_RETRY_SECONDS))
    outage: OutageLog = field(default_factory=lambda: OutageLog("ingest"))

    async def ingest_shard(self, shard: int) -> None:
        """Store what is in the shard's stream, unless a failure was too recent."""
        if not self.backoff.is_due(shard):
            return  # the dispatcher queues it again
        try:
            await self.ingest.drain(shard, self.drain_seconds, self.stopping.is_set)
            self.backoff.succeeded(shard)
            self.outage.recovered()
        except TRANSIENT_ERRORS as error:
            # The transaction was rolled back, and the beacons are still in the stream.
            self.backoff.failed(shard)
            self.outage.failed(error)

    def periodic_tasks(self) -> tuple[PeriodicTask, ...]:
        return (*self._maintenance_tasks(), *self._rollup_tasks(), *self._bot_tasks(), *self._insight_tasks())

    def _maintenance_tasks(self) -> tuple[PeriodicTask, ...]:
        return (
            PeriodicTask(
                "registry", partial(reconcile_registry, self.pool, self.redis), every(30), run_at_startup=True
            ),
            PeriodicTask("deletions", self._until_stopped(self.deletions.run, 4), every(5, offset=2)),
            PeriodicTask(
                "data-retention",
                self._until_stopped(self.data_retention.run, 50),
                Schedule(seconds=21),
                timeout_seconds=1_800,
            ),
            # Soon after midnight, when the salt of the previous day has expired, and at startup if that was missed.
            PeriodicTask("redis-log", self._rewrite_logs, Schedule(minutes=7, seconds=11), run_at_startup=True),
            PeriodicTask("partitions", self._make_partitions, Schedule(hour=3, minutes=17)),
        )

    def _rollup_tasks(self) -> tuple[PeriodicTask, ...]:
        return (
            # Reports also read deltas, so compaction can wait: a value is then written once for many beacons.
            PeriodicTask("compaction", self._until_stopped(self.compaction.run, 8), every(15, offset=1)),
            # All days of a month are rebuilt in one transaction, which is long for a large site.
            PeriodicTask(
                "rebuild", self._until_stopped(self.rebuild.run, 60), every(10, offset=4), timeout_seconds=3_600
            ),
        )

    def _bot_tasks(self) -> tuple[PeriodicTask, ...]:
        return (
            PeriodicTask("reclassification", self._until_stopped(self.reclassification.run, 50), every(5, offset=3)),
            # Each check can make days stale, so it does not run all the time.
            PeriodicTask(
                "behavior-check",
                self._until_stopped(self.behavior_check.run, 50),
                Schedule(minutes=set(range(1, 60, 5)), seconds=47),
            ),
            PeriodicTask(
                "bot-scoring",
                self.nightly_scoring.run,
                Schedule(hour=2, minutes=41),
                timeout_seconds=_MODEL_TIMEOUT_SECONDS,
            ),
        )

    def _insight_tasks(self) -> tuple[PeriodicTask, ...]:
        return (
            PeriodicTask("insights", self.insights.run, every(10, offset=6), timeout_seconds=_MODEL_TIMEOUT_SECONDS),
            PeriodicTask(
                "nightly-insights", self.insights.request_nightly, Schedule(minutes=set(range(7, 60, 10)), seconds=33)
            ),
            PeriodicTask("alerts", self.alerts.run, Schedule(seconds=45)),
            PeriodicTask("deliveries", self.deliveries.run, every(5, offset=3)),
            PeriodicTask("delivery-cleanup", self.deliveries.delete_old, Schedule(hour=4, minutes=27)),
        )

    def _until_stopped(self, run: Callable[..., Any], seconds: float) -> partial[Any]:
        return partial(run, seconds, self.stopping.is_set)

    async def _rewrite_logs(self) -> None:
        await rewrite_logs((self.redis, *self.stream_servers), self.clock)

    async def _make_partitions(self) -> None:
        await make_partitions(self.pool, utc(self.clock()).date())
