"""Group commit: requests wait together, and are answered when their beacons are durable.

While one flush is in flight, whatever arrives gathers for the next. Load makes flushes larger, not more.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from redis.exceptions import RedisError

from services.collector.metrics import CollectorMetrics
from services.collector.refusals import Refusal, RefusedError

Append = Callable[[Mapping[int, Sequence[bytes]]], Awaitable[None]]
"""Makes encoded beacons, by shard, durable; raises when it cannot say that all are.

It has to come to an end by itself: everything that arrives meanwhile waits for it.
"""

_MAX_FLUSH = 4_096
_AWAY = RefusedError(Refusal.UNAVAILABLE, "the queue is away", retry_after=1)
_log = structlog.get_logger()
_Waiting = tuple[int, bytes, "asyncio.Future[None]"]


class GroupCommit:
    def __init__(self, append: Append, max_waiting: int, metrics: CollectorMetrics) -> None:
        self._append = append
        self._max_waiting = max_waiting
        self._metrics = metrics
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None
        self._failing = False
        self._loop: asyncio.AbstractEventLoop | None = None  # asking for it at each request costs a system call

    def commit(self, shard: int, encoded: bytes) -> "asyncio.Future[None]":
        """A future that is done once the beacon is durable, or holds a ``RefusedError`` when it may not be."""
        if len(self._waiting) >= self._max_waiting:
            raise RefusedError(Refusal.UNAVAILABLE, "too many beacons are waiting", retry_after=1)
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        done = self._loop.create_future()
        self._waiting.append((shard, encoded, done))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush_all())
        return done

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def drain(self) -> None:
        """Waits until nothing waits any more."""
        if self._flushing is not None:
            await self._flushing

    async def _flush_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MAX_FLUSH], self._waiting[_MAX_FLUSH:]
                await self._flush(batch)
        finally:
            self._flushing = None

    async def _flush(self, batch: list[_Waiting]) -> None:
        by_shard: dict[int, list[bytes]] = defaultdict(list)
        for shard, encoded, _ in batch:
            by_shard[shard].append(encoded)
        try:
            with self._metrics.flush_seconds.time():
                await self._append(by_shard)
        except Exception as error:  # whatever it was, nobody may be left waiting
            self._note_failure(error)
            refused = error if isinstance(error, RefusedError) else _AWAY
            # Whoever came during a failed flush would only wait for the next to fail: answer them now.
            batch += self._waiting
            self._waiting = []
            for _, _, done in batch:
                if not done.done():
                    done.set_exception(RefusedError(refused.refusal, refused.detail, refused.retry_after))
            return
        self._failing = False
        self._metrics.flush_beacons.observe(len(batch))
        self._metrics.accepted.inc(len(batch))
        for _, _, done in batch:
            if not done.done():
                done.set_result(None)

    def _note_failure(self, error: Exception) -> None:
        self._metrics.flush_failures.inc()
        if not self._failing:  # said once, not at every flush of an outage
            expected = isinstance(error, RedisError | OSError | RefusedError)
            _log.error("beacons cannot be queued", error=type(error).__name__, exc_info=None if expected else error)
        self._failing = True


class GroupCommits:
    """One group commit for each group of shards, so that a server that is away holds up nobody else's beacons."""

    def __init__(self, commits: Sequence[GroupCommit], group_of: Callable[[int], int]) -> None:
        self._commits = commits
        self._group_of = group_of
        if len(commits) == 1:
            self.commit = commits[0].commit  # type: ignore[method-assign] # the hot path, without a detour

    def commit(self, shard: int, encoded: bytes) -> "asyncio.Future[None]":
        """As of ``GroupCommit``."""
        return self._commits[self._group_of(shard)].commit(shard, encoded)

    @property
    def waiting(self) -> int:
        return sum(commits.waiting for commits in self._commits)

    async def drain(self) -> None:
        """Waits until nothing waits any more."""
        for commits in self._commits:
            await commits.drain()
