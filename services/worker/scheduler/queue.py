"""arq, which is behind this module and nowhere else: a worker for shards, and one for chores.

They have a queue each. What a killed worker left behind of a shard is taken up by another within seconds; a chore may
last for minutes, and nobody waits for it.
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
from services.worker.scheduler.dispatcher import JOB, Ingesting
from services.worker.scheduler.resilient_worker import SteadyWorker
from services.worker.scheduler.schedule import Chore

SHARDS_QUEUE = "arq:ingest"
CHORES_QUEUE = "arq:chores"
CHORES_AT_ONCE = 3

_POLL_SECONDS = 0.1
_JOB_SECONDS = 60
# Two at once do no harm: the row of the shard's offset is locked by whoever has it.
_ABANDONED_AFTER_SECONDS = 8
# A job that was dropped has an exception for a result, which nobody will read.
_encode = msgspec.msgpack.Encoder(enc_hook=repr).encode


def job_queue(redis: "Redis") -> ArqRedis:
    """arq's queue on the connections of ``redis``, in MessagePack and never in pickles."""
    return ArqRedis(
        redis.connection_pool,
        job_serializer=_encode,
        job_deserializer=msgspec.msgpack.decode,
        default_queue_name=SHARDS_QUEUE,
    )


def shard_worker(queue: ArqRedis, ingest: Ingesting, at_once: int, *, burst: bool) -> SteadyWorker:
    """A job's arguments are shard numbers only, so whatever arq does with a job, no beacon is lost with it."""

    async def ingest_shard(_ctx: dict[Any, Any], shard: int) -> None:
        await ingest(shard)

    function = func(cast(WorkerCoroutine, ingest_shard), name=JOB)
    worker = _worker(queue, SHARDS_QUEUE, at_once, functions=[function], burst=burst)
    worker.in_progress_timeout_s = _ABANDONED_AFTER_SECONDS
    return worker


def chore_worker(queue: ArqRedis, chores: Sequence[Chore], *, burst: bool) -> SteadyWorker:
    return _worker(queue, CHORES_QUEUE, CHORES_AT_ONCE, cron_jobs=[_cron(chore) for chore in chores], burst=burst)


def _cron(chore: Chore) -> CronJob:
    outage = OutageLog(f"chore {chore.name}")

    async def do(_ctx: dict[Any, Any]) -> None:
        try:
            await chore.work()
        except TRANSIENT_ERRORS as error:
            outage.failed(error)
        else:
            outage.recovered()

    at = chore.at
    return cron(
        cast(WorkerCoroutine, do),
        name=chore.name,
        hour=at.hour,
        minute=at.minutes,
        second=at.seconds,
        timeout=chore.at_most_seconds,
        run_at_startup=chore.at_startup,
    )


def _worker(
    queue: ArqRedis,
    name: str,
    at_once: int,
    *,
    functions: Sequence[Function] = (),
    cron_jobs: Sequence[CronJob] = (),
    burst: bool,
) -> SteadyWorker:
    return SteadyWorker(
        functions=functions,
        cron_jobs=cron_jobs or None,
        queue_name=name,
        redis_pool=queue,
        burst=burst,
        handle_signals=False,
        max_jobs=at_once,
        job_timeout=_JOB_SECONDS,
        keep_result=0,
        poll_delay=_POLL_SECONDS,
        job_serializer=_encode,
        job_deserializer=msgspec.msgpack.decode,
        timezone=UTC,
        log_results=False,
    )
