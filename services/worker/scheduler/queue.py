"""The job queue: the only module that uses arq, together with ``resilient_worker``.

Shards and periodic tasks have a queue each. Another worker takes over the shard of a killed worker within seconds; a
periodic task may run for minutes.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, cast

import msgspec
from arq import cron
from arq.connections import ArqRedis
from arq.cron import CronJob
from arq.typing import WorkerCoroutine
from arq.worker import Function, func
from redis.asyncio import Redis

from common.outage import OutageLog
from common.store.errors import TRANSIENT_ERRORS
from services.worker.scheduler.dispatcher import INGEST_JOB, IngestShard
from services.worker.scheduler.resilient_worker import ResilientWorker
from services.worker.scheduler.schedule import PeriodicTask

SHARD_QUEUE = "arq:ingest"
PERIODIC_QUEUE = "arq:periodic"
MAX_PERIODIC_TASKS = 3
"""Periodic tasks that run at the same time in one worker."""

_POLL_SECONDS = 0.1
_JOB_TIMEOUT_SECONDS = 60
# Two workers with the same job do no harm: one of them gets the row lock of the shard's offset.
_ABANDONED_AFTER_SECONDS = 8
# The result of a failed job is an exception. No one reads it, so its repr is enough.
_encode = msgspec.msgpack.Encoder(enc_hook=repr).encode


def job_queue(redis: "Redis") -> ArqRedis:
    """Return arq's queue on the connections of ``redis``. It uses MessagePack, never pickle."""
    return ArqRedis(
        redis.connection_pool,
        job_serializer=_encode,
        job_deserializer=msgspec.msgpack.decode,
        default_queue_name=SHARD_QUEUE,
    )


def make_shard_worker(queue: ArqRedis, ingest: IngestShard, max_jobs: int, *, burst: bool) -> ResilientWorker:
    """Return the worker that ingests shards.

    A job's only argument is a shard number, so no beacon is lost when arq drops a job.
    """

    async def ingest_shard(_ctx: dict[Any, Any], shard: int) -> None:
        await ingest(shard)

    function = func(cast(WorkerCoroutine, ingest_shard), name=INGEST_JOB)
    worker = _worker(queue, SHARD_QUEUE, max_jobs, functions=[function], burst=burst)
    worker.in_progress_timeout_s = _ABANDONED_AFTER_SECONDS
    return worker


def make_periodic_worker(queue: ArqRedis, tasks: Sequence[PeriodicTask], *, burst: bool) -> ResilientWorker:
    """Return the worker that runs periodic tasks. Each scheduled run is taken by one worker process."""
    return _worker(queue, PERIODIC_QUEUE, MAX_PERIODIC_TASKS, cron_jobs=[_cron(task) for task in tasks], burst=burst)


def _cron(task: PeriodicTask) -> CronJob:
    outage = OutageLog(f"periodic task {task.name}")

    async def run(_ctx: dict[Any, Any]) -> None:
        try:
            await task.run()
        except TRANSIENT_ERRORS as error:
            outage.failed(error)
        else:
            outage.recovered()

    return cron(
        cast(WorkerCoroutine, run),
        name=task.name,
        hour=task.schedule.hour,
        minute=task.schedule.minutes,
        second=task.schedule.seconds,
        timeout=task.timeout_seconds,
        run_at_startup=task.run_at_startup,
    )


def _worker(
    queue: ArqRedis,
    name: str,
    max_jobs: int,
    *,
    functions: Sequence[Function] = (),
    cron_jobs: Sequence[CronJob] = (),
    burst: bool,
) -> ResilientWorker:
    return ResilientWorker(
        functions=functions,
        cron_jobs=cron_jobs or None,
        queue_name=name,
        redis_pool=queue,
        burst=burst,
        handle_signals=False,
        max_jobs=max_jobs,
        job_timeout=_JOB_TIMEOUT_SECONDS,
        keep_result=0,
        poll_delay=_POLL_SECONDS,
        job_serializer=_encode,
        job_deserializer=msgspec.msgpack.decode,
        timezone=UTC,
        log_results=False,
    )
