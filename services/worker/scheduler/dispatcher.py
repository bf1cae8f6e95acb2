"""Queues a job for each shard that has entries in its stream."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from arq.connections import ArqRedis

from common.outage import REDIS_ERRORS, OutageLog
from common.streams import StreamReader

INTERVAL_SECONDS = 0.25
INGEST_JOB = "ingest_shard"
IngestShard = Callable[[int], Awaitable[None]]
"""Store what is in a shard's stream."""

_JOB_EXPIRES_SECONDS = 60


class Dispatcher:
    """Runs in every worker process. The job id contains the shard, so no shard is queued twice."""

    def __init__(
        self, queue: ArqRedis, streams: StreamReader, shards: Iterable[int], note_backlog: Callable[[int], None]
    ) -> None:
        self._queue = queue
        self._streams = streams
        self._shards = tuple(shards)
        self._note_backlog = note_backlog

    async def run(self) -> None:
        """Dispatch at an interval until cancelled."""
        outage = OutageLog("dispatcher")
        while True:
            try:
                await self.dispatch()
            except REDIS_ERRORS as error:
                outage.failed(error)
            else:
                outage.recovered()
            await asyncio.sleep(INTERVAL_SECONDS)

    async def dispatch(self) -> int:
        """Queue the shards that have entries and return their number. Raises ``RedisError`` or ``OSError``."""
        waiting = await self._streams.waiting(self._shards)
        self._note_backlog(sum(waiting.values()))
        for shard in waiting:
            await self._queue.enqueue_job(INGEST_JOB, shard, _job_id=f"ingest:{shard}", _expires=_JOB_EXPIRES_SECONDS)
        return len(waiting)
