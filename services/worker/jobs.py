"""The jobs, and arq, which is behind this module and nowhere else.

A job's arguments are shard numbers only, so whatever arq does with a job, no beacon is lost with it.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC
from typing import Any, cast

import asyncpg
import msgspec
import structlog
from arq import cron
from arq.connections import ArqRedis
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.clock import Clock, utc
from common.config import WorkerSettings
from services.worker.alerts.checks import AlertChecks
from services.worker.alerts.deliveries import AlertDeliveries
from services.worker.bots.opinions import Opinions
from services.worker.bots.recount import Recount
from services.worker.bots.watch import Watch
from services.worker.deletions import SiteDeletions
from services.worker.dispatcher import JOB
from services.worker.ingest import Ingest
from services.worker.insight_runs import LONGEST_SECONDS, InsightRuns
from services.worker.periodic import make_partitions, reconcile_registry
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild

QUEUE = "arq:ingest"
_POLL_SECONDS = 0.1
_JOB_SECONDS = 60
_RECONCILE_AT_SECONDS = (0, 30)
_DELETE_AT_SECONDS = range(2, 60, 5)
_DELETE_SECONDS = 4
_COMPACT_AT_SECONDS = range(1, 60, 5)
_COMPACT_SECONDS = 4
_REBUILD_AT_SECONDS = range(4, 60, 10)
_REBUILD_SECONDS = 60
_ALERTS_AT_SECOND = 45
_DELIVER_AT_SECONDS = range(3, 60, 5)
_FORGET_AT = 4
_INSIGHTS_AT_SECONDS = range(6, 60, 10)
_INSIGHTS_AT_MOST_SECONDS = LONGEST_SECONDS + 30
_NIGHTS_AT_MINUTES = range(7, 60, 10)
# Every look at who became a bot puts days in doubt, so it is not done all the time.
_WATCH_AT_MINUTES = range(1, 60, 5)
_WATCH_SECONDS = 50
_RECOUNT_AT_SECONDS = range(3, 60, 5)
_RECOUNT_SECONDS = 50
# A month of a large site is made in one transaction.
_REBUILD_AT_MOST_SECONDS = 3_600
_log = structlog.get_logger()
# A job that was dropped has an exception for a result, which nobody will read.
_encode = msgspec.msgpack.Encoder(enc_hook=repr).encode

# A job that a killed worker left behind is taken up by another after this long. Two at once do no harm: the row of
# the shard's offset is locked by whoever has it.
_ABANDONED_AFTER_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Jobs:
    ingest: Ingest
    deletions: SiteDeletions
    compaction: Compaction
    rebuild: Rebuild
    insights: InsightRuns
    alerts: AlertChecks
    deliveries: AlertDeliveries
    watch: Watch
    recount: Recount
    opinions: Opinions
    pool: "asyncpg.Pool[Any]"
    redis: "Redis"
    drain_seconds: float
    stopping: asyncio.Event
    clock: Clock

    async def ingest_shard(self, _ctx: dict[Any, Any], shard: int) -> None:
        try:
            await self.ingest.drain(shard, self.drain_seconds, self.stopping.is_set)
        except (RedisError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # Nothing was stored and nothing is lost: the dispatcher puts the shard up again.
            _log.error("shard not stored, will be tried again", shard=shard, error=type(error).__name__)

    async def make_partitions(self, _ctx: dict[Any, Any]) -> None:
        await make_partitions(self.pool, utc(self.clock()).date())

    async def delete_sites(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.deletions.run(_DELETE_SECONDS, self.stopping.is_set)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # What is deleted is deleted; the next run goes on from there.
            _log.error("sites not deleted, will be tried again", error=type(error).__name__)

    async def compact_rollups(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.compaction.run(_COMPACT_SECONDS, self.stopping.is_set)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("rollups not compacted, will be tried again", error=type(error).__name__)

    async def rebuild_rollups(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.rebuild.run(_REBUILD_SECONDS, self.stopping.is_set)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # The days are still marked; the next run makes them.
            _log.error("rollups not made anew, will be tried again", error=type(error).__name__)

    async def compute_insights(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.insights.run()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("insights not computed, will be tried again", error=type(error).__name__)

    async def ask_for_nights(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.insights.ask_for_nights()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("nights not looked for, will be tried again", error=type(error).__name__)

    async def watch_behaviour(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.watch.run(_WATCH_SECONDS, self.stopping.is_set)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # Who is suspected stays so until looked at.
            _log.error("behaviour not looked at, will be tried again", error=type(error).__name__)

    async def recount_visits(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.recount.run(_RECOUNT_SECONDS, self.stopping.is_set)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # What is counted again stays; the next run goes on from there.
            _log.error("visits not counted again, will be tried again", error=type(error).__name__)

    async def form_opinions(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.opinions.run()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("no opinions of visitors this night", error=type(error).__name__)

    async def check_alerts(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.alerts.run()
        except (RedisError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("alerts not looked at, will be tried again", error=type(error).__name__)

    async def deliver_alerts(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.deliveries.run()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("alerts not sent, will be tried again", error=type(error).__name__)

    async def forget_deliveries(self, _ctx: dict[Any, Any]) -> None:
        try:
            await self.deliveries.forget()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.error("old deliveries not forgotten", error=type(error).__name__)

    async def reconcile_registry(self, _ctx: dict[Any, Any]) -> None:
        await reconcile_registry(self.pool, self.redis)


def job_queue(redis: "Redis") -> ArqRedis:
    """arq's queue on the connections of ``redis``, in MessagePack and never in pickles."""
    return ArqRedis(
        redis.connection_pool,
        job_serializer=_encode,
        job_deserializer=msgspec.msgpack.decode,
        default_queue_name=QUEUE,
    )


def job_worker(settings: WorkerSettings, queue: ArqRedis, jobs: Jobs, *, burst: bool) -> Worker:
    worker = Worker(
        functions=[func(cast(WorkerCoroutine, jobs.ingest_shard), name=JOB)],
        cron_jobs=[
            cron(cast(WorkerCoroutine, jobs.make_partitions), name="partitions", hour=3, minute=17),
            cron(cast(WorkerCoroutine, jobs.delete_sites), name="deletions", second=set(_DELETE_AT_SECONDS)),
            cron(cast(WorkerCoroutine, jobs.compact_rollups), name="compaction", second=set(_COMPACT_AT_SECONDS)),
            cron(
                cast(WorkerCoroutine, jobs.rebuild_rollups),
                name="rebuild",
                second=set(_REBUILD_AT_SECONDS),
                timeout=_REBUILD_AT_MOST_SECONDS,
            ),
            cron(
                cast(WorkerCoroutine, jobs.compute_insights),
                name="insights",
                second=set(_INSIGHTS_AT_SECONDS),
                timeout=_INSIGHTS_AT_MOST_SECONDS,
            ),
            cron(cast(WorkerCoroutine, jobs.ask_for_nights), name="nights", minute=set(_NIGHTS_AT_MINUTES), second=33),
            cron(
                cast(WorkerCoroutine, jobs.watch_behaviour), name="behaviour", minute=set(_WATCH_AT_MINUTES), second=47
            ),
            cron(cast(WorkerCoroutine, jobs.recount_visits), name="recount", second=set(_RECOUNT_AT_SECONDS)),
            cron(
                cast(WorkerCoroutine, jobs.form_opinions),
                name="opinions",
                hour=2,
                minute=41,
                timeout=_INSIGHTS_AT_MOST_SECONDS,
            ),
            cron(cast(WorkerCoroutine, jobs.check_alerts), name="alerts", second=_ALERTS_AT_SECOND),
            cron(cast(WorkerCoroutine, jobs.deliver_alerts), name="deliveries", second=set(_DELIVER_AT_SECONDS)),
            cron(cast(WorkerCoroutine, jobs.forget_deliveries), name="forgetting", hour=_FORGET_AT, minute=27),
            cron(
                cast(WorkerCoroutine, jobs.reconcile_registry),
                name="registry",
                second=set(_RECONCILE_AT_SECONDS),
                run_at_startup=True,
            ),
        ],
        queue_name=QUEUE,
        redis_pool=queue,
        burst=burst,
        handle_signals=False,
        max_jobs=settings.jobs,
        job_timeout=_JOB_SECONDS,
        keep_result=0,
        poll_delay=_POLL_SECONDS,
        job_serializer=_encode,
        job_deserializer=msgspec.msgpack.decode,
        timezone=UTC,
        log_results=False,
    )
    worker.in_progress_timeout_s = _ABANDONED_AFTER_SECONDS
    return worker
