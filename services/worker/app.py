"""The worker's composition root."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from arq.connections import ArqRedis
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from common.clock import Clock, system_clock, utc
from common.config import ConfigError, Settings, WorkerSettings, environment_for_child, required_url
from common.connections import close_streams, connect_redis, connect_streams
from common.health import new_metrics
from common.store import Role, open_pool
from common.store.connection import Pool
from common.store.install import check_install
from common.streams import StreamReader, StreamServers
from services.worker.alerts.checks import AlertChecks
from services.worker.alerts.deliveries import AlertDeliveries
from services.worker.bots.behavior_check import BehaviorCheck
from services.worker.bots.nightly_scoring import NightlyScoring
from services.worker.bots.reclassification import Reclassification
from services.worker.deletion.data_retention import ExpiredDataDeletion
from services.worker.deletion.site_deletion import SiteDeletions
from services.worker.enrich import GeoLookup, Pipeline, open_geo
from services.worker.enrich.datacenters import read_datacenters
from services.worker.enrich.referrer import read_spam_hosts
from services.worker.ingest.ingest import Ingest
from services.worker.ingest.site_policies import SitePolicies
from services.worker.insights.runs import InsightRuns, compute_in_process
from services.worker.prometheus import WorkerMetrics
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild
from services.worker.scheduler.dispatcher import Dispatcher
from services.worker.scheduler.maintenance import make_partitions
from services.worker.scheduler.queue import MAX_PERIODIC_TASKS, job_queue, make_periodic_worker, make_shard_worker
from services.worker.scheduler.resilient_worker import ResilientWorker
from services.worker.scheduler.tasks import Tasks

_CLOSE_SECONDS = 1.0
# A shard's job holds one connection, and so does a periodic task. The rebuild of days reads on a second connection, and
# the creation of a partition needs one more.
_SPARE_CONNECTIONS = MAX_PERIODIC_TASKS + 2


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What a running worker consists of."""

    pool: Pool
    queue: ArqRedis
    servers: StreamServers
    streams: StreamReader
    geo: GeoLookup
    ingest: Ingest
    compaction: Compaction
    rebuild: Rebuild
    insights: InsightRuns
    dispatcher: Dispatcher
    metrics: CollectorRegistry
    shard_worker: ResilientWorker
    periodic_worker: ResilientWorker
    stopping: asyncio.Event
    """When it is set, running jobs end after their batch."""


@asynccontextmanager
async def open_worker(
    settings: Settings, clock: Clock = system_clock, *, burst: bool = False
) -> AsyncIterator[WorkerParts]:
    """Open everything the worker needs, and close it. With ``burst`` the worker ends when its queue is empty.

    Raises ``ConfigError``, ``InstallError``, ``OSError``.
    """
    if settings.database.pool_size < settings.worker.concurrency + _SPARE_CONNECTIONS:
        raise ConfigError(f"database.pool_size: must be at least worker.concurrency + {_SPARE_CONNECTIONS}")
    redis = connect_redis(settings.redis)
    servers = connect_streams(settings.redis, settings.install.shards)
    pool = await open_pool(settings.database, application="worker", role=Role.WORKER)
    try:
        async with pool.acquire() as connection:
            await check_install(connection, settings.install.shards)
        await make_partitions(pool, utc(clock()).date())
        yield _assemble(settings, clock, pool, redis, servers, burst=burst)
    finally:
        await _close(pool)
        await redis.aclose()
        await close_streams(servers)


def _assemble(
    settings: Settings, clock: Clock, pool: Pool, redis: "Redis", servers: StreamServers, *, burst: bool
) -> WorkerParts:
    registry = new_metrics()
    metrics = WorkerMetrics(registry)
    streams = StreamReader(servers)
    queue = job_queue(redis)
    geo = open_geo(settings)
    policies = SitePolicies(time.monotonic)
    ingest = Ingest(
        pool, streams, _pipeline(settings.worker, geo), policies, settings.worker.batch_size, metrics, clock
    )
    tasks = _tasks(settings, clock, pool, redis, servers, ingest)
    return WorkerParts(
        pool=pool,
        queue=queue,
        servers=servers,
        streams=streams,
        geo=geo,
        ingest=ingest,
        compaction=tasks.compaction,
        rebuild=tasks.rebuild,
        insights=tasks.insights,
        dispatcher=Dispatcher(queue, streams, range(settings.install.shards), metrics.backlog.set),
        metrics=registry,
        shard_worker=make_shard_worker(queue, tasks.ingest_shard, settings.worker.concurrency, burst=burst),
        periodic_worker=make_periodic_worker(queue, tasks.periodic_tasks(), burst=burst),
        stopping=tasks.stopping,
    )


def _tasks(
    settings: Settings, clock: Clock, pool: Pool, redis: "Redis", servers: StreamServers, ingest: Ingest
) -> Tasks:
    shards = range(settings.install.shards)
    environment = environment_for_child(
        {
            "database.url": required_url(settings.database.url, "database.url"),
            "install.shards": str(settings.install.shards),
        }
    )
    return Tasks(
        ingest=ingest,
        deletions=SiteDeletions(pool, shards, clock),
        compaction=Compaction(pool, clock),
        rebuild=Rebuild(pool, shards, clock),
        insights=InsightRuns(pool, compute_in_process(environment), clock),
        alerts=AlertChecks(pool, shards, partial(_has_backlog, StreamReader(servers), shards), clock, os.urandom),
        deliveries=AlertDeliveries(pool, settings.mail, settings.alerts, clock),
        behavior_check=BehaviorCheck(pool, shards, clock),
        reclassification=Reclassification(pool, shards, clock),
        nightly_scoring=NightlyScoring(pool, compute_in_process(environment, "services.worker.bots"), clock),
        data_retention=ExpiredDataDeletion(pool, shards, clock),
        pool=pool,
        redis=redis,
        stream_servers=servers.servers,
        drain_seconds=settings.worker.drain_seconds,
        stopping=asyncio.Event(),
        clock=clock,
    )


async def _close(pool: Pool) -> None:
    """Close the pool, or terminate it when a server hangs: uncommitted work is repeated after the next start."""
    try:
        await asyncio.wait_for(pool.close(), _CLOSE_SECONDS)
    except TimeoutError:
        pool.terminate()


async def _has_backlog(streams: StreamReader, shards: Iterable[int]) -> bool:
    return bool(await streams.waiting(shards))


def _pipeline(settings: WorkerSettings, geo: GeoLookup) -> Pipeline:
    """Raises ``ConfigError`` if a list cannot be read."""
    networks = settings.datacenter_networks_file
    return Pipeline(
        geo,
        datacenters=read_datacenters(networks) if networks else None,
        extra_spam_hosts=read_spam_hosts(settings.referrer_spam_file) if settings.referrer_spam_file else (),
    )
