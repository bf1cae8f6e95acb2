"""Puts a job on arq's queue for each shard that has something in its stream."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from arq.connections import ArqRedis

from common.outage import REDIS_ERRORS, OutageLog
from common.streams import StreamReader

INTERVAL_SECONDS = 0.25
JOB = "ingest_shard"
Ingesting = Callable[[int], Awaitable[None]]
"""Takes care of what is in a shard's stream."""

_JOB_LIFE_SECONDS = 60


class Dispatcher:
    """Runs in every worker process; a job id a shard keeps one shard from being queued twice."""

    def __init__(
        self, queue: ArqRedis, streams: StreamReader, shards: Iterable[int], note_backlog: Callable[[int], None]
    ) -> None:
        self._queue = queue
        self._streams = streams
        self._shards = tuple(shards)
        self._note_backlog = note_backlog

    async def run(self) -> None:
        """For ever."""
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
        """Queues the shards that have entries; gives how many have. Raises ``RedisError`` or ``OSError``."""
        waiting = await self._streams.waiting(self._shards)
        self._note_backlog(sum(waiting.values()))
        for shard in waiting:
            await self._queue.enqueue_job(JOB, shard, _job_id=f"ingest:{shard}", _expires=_JOB_LIFE_SECONDS)
        return len(waiting)
