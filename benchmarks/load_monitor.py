"""Samples an install under load every second: lag and memory."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Self

import asyncpg
from redis.asyncio import Redis

from benchmarks.servers import SHARDS, settings_for
from common.connections import connect_redis
from common.store import connect, load_queries
from common.streams.writer import STREAM

_SQL = load_queries("benchmarks")
_EVERY_SECONDS = 1.0
_BEGINNING = "0-0"

Memory = Callable[[], int | None]
"""Returns the current memory in bytes."""


@dataclass(slots=True)
class LoadSamples:
    """One value per second."""

    lag: list[float] = field(default_factory=list)
    """Seconds since the oldest beacon that is not stored was acknowledged; 0 if all are stored."""
    memory: dict[str, list[int]] = field(default_factory=dict)
    """Bytes, by process."""

    def early_and_late(self, process: str) -> tuple[float, float]:
        """Return medians of the second and the last minute (caches fill in the first), or of thirds."""
        values = self.memory[process]
        length = max(1, min(60, len(values) // 3))
        return median(values[length : 2 * length] or values), median(values[-length:])


class LoadMonitor:
    """``async with LoadMonitor(...) as monitor``: samples until the block ends."""

    def __init__(self, redis_url: str, database_url: str, memory: Mapping[str, Memory]) -> None:
        self._database_url = database_url
        self._memory = memory
        self._redis: Redis = connect_redis(settings_for(redis_url).redis)
        self.seen = LoadSamples(memory={process: [] for process in memory})

    async def __aenter__(self) -> Self:
        self._connection: asyncpg.Connection[Any] = await connect(self._database_url)
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._connection.close()
        await self._redis.aclose()

    async def _look(self) -> None:
        while True:
            began = time.monotonic()
            self.seen.lag.append(await self._lag())
            for process, bytes_of in self._memory.items():
                held = bytes_of()
                if held is not None:
                    self.seen.memory[process].append(held)
            await asyncio.sleep(max(0.0, _EVERY_SECONDS - (time.monotonic() - began)))

    async def _lag(self) -> float:
        stored = {row["shard"]: row["last_id"] for row in await self._connection.fetch(_SQL["offsets"])}
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.xrange(STREAM.format(shard), f"({stored.get(shard, _BEGINNING)}", "+", 1)
            waiting: Sequence[Any] = await pipe.execute()
        now = time.time()
        oldest = [int(entries[0][0].partition(b"-")[0]) / 1000 for entries in waiting if entries]
        return max(0.0, now - min(oldest)) if oldest else 0.0
