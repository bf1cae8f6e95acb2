"""Group commit: one flush makes the beacons of many requests durable, then all of them get their responses.

Beacons that arrive during a flush wait for the next one. More load makes flushes larger, not more frequent.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence

from common.outage import REDIS_ERRORS, OutageLog
from services.collector.prometheus import CollectorMetrics
from services.collector.rejection_reasons import RejectedError, RejectionReason

Append = Callable[[Mapping[int, Sequence[bytes]]], Awaitable[None]]
"""Makes encoded beacons, by shard, durable; raises unless all of them are.

It must have a timeout of its own, since all later beacons wait for it.
"""

_MAX_FLUSH = 4_096
_UNAVAILABLE = RejectedError(RejectionReason.UNAVAILABLE, "the queue is unavailable", retry_after=1)
_Waiting = tuple[int, bytes, "asyncio.Future[None]"]


class GroupCommit:
    def __init__(self, append: Append, max_waiting: int, metrics: CollectorMetrics) -> None:
        self._append = append
        self._max_waiting = max_waiting
        self._metrics = metrics
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None
        self._outage = OutageLog("flush", (*REDIS_ERRORS, RejectedError), level=logging.ERROR)
        self._loop: asyncio.AbstractEventLoop | None = None  # cached: get_running_loop makes a system call

    def commit(self, shard: int, encoded: bytes) -> "asyncio.Future[None]":
        """Return a future that is done once the beacon is durable; it holds a ``RejectedError`` if it may not be.

        Raises ``RejectedError`` when too many beacons are waiting.
        """
        if len(self._waiting) >= self._max_waiting:
            raise RejectedError(RejectionReason.UNAVAILABLE, "too many beacons are waiting", retry_after=1)
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
        """Wait until all waiting beacons are flushed."""
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
        except Exception as error:  # whatever the error, every waiting request needs a response
            self._metrics.flush_failures.inc()
            self._outage.failed(error)
            rejection = error if isinstance(error, RejectedError) else _UNAVAILABLE
            # Beacons that arrived during the failed flush would only wait for the next failure: reject them now.
            batch += self._waiting
            self._waiting = []
            for _, _, done in batch:
                if not done.done():
                    done.set_exception(RejectedError(rejection.reason, rejection.detail, rejection.retry_after))
            return
        self._outage.recovered()
        self._metrics.flush_beacons.observe(len(batch))
        self._metrics.accepted.inc(len(batch))
        for _, _, done in batch:
            if not done.done():
                done.set_result(None)


class GroupCommits:
    """One group commit per group of shards, so that an unavailable server does not delay the beacons of others."""

    def __init__(self, commits: Sequence[GroupCommit], group_of: Callable[[int], int]) -> None:
        self._commits = commits
        self._group_of = group_of
        if len(commits) == 1:
            self.commit = commits[0].commit  # type: ignore[method-assign] # the hot path

    def commit(self, shard: int, encoded: bytes) -> "asyncio.Future[None]":
        """Commit to the shard's group, as ``GroupCommit.commit`` does."""
        return self._commits[self._group_of(shard)].commit(shard, encoded)

    @property
    def waiting(self) -> int:
        return sum(commits.waiting for commits in self._commits)

    async def drain(self) -> None:
        """Wait until all waiting beacons are flushed."""
        for commits in self._commits:
            await commits.drain()
