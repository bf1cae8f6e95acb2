"""Write the flushes of one group of shards to its Redis server, or to the spool while the server is unavailable.

While the spool holds anything, new flushes are appended to it. So the server receives all flushes in the order of
their sequence numbers, and by that number it recognizes a flush that it has already: one that timed out with unknown
outcome, was spooled, and is sent again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

import structlog
from redis.exceptions import RedisError

from common.backoff import Backoff
from common.outage import REDIS_ERRORS, OutageLog
from common.streams import Flush, StreamWriter, make_flush
from services.collector.prometheus import CollectorMetrics
from services.collector.rejection_reasons import RejectedError, RejectionReason
from services.collector.spool.log import SpoolDamagedError, SpoolFullError, SpoolLog

_REPLAY_BEACONS = 4_096
_FIRST_RETRY_SECONDS = 0.05
_LONGEST_RETRY_SECONDS = 1.0
_FULL_RETRY_SECONDS = 10
_log = structlog.get_logger()
Args = ParamSpec("Args")
Result = TypeVar("Result")


class SpoolingWriter:
    def __init__(
        self,
        producer: str,
        writer: StreamWriter,
        replay_writer: StreamWriter,
        log: SpoolLog | None,
        deadline: float,
        metrics: CollectorMetrics,
    ) -> None:
        """``producer``: an id that no other process ever has. ``deadline``: seconds after which a flush is spooled.

        ``replay_writer`` replays the spool with longer timeouts, since a slow server must receive the backlog too.
        Without a ``log``, nothing is spooled.
        """
        self._producer = producer
        self._writer = writer
        self._replay_writer = replay_writer
        self._log = log
        self._deadline = deadline
        self._metrics = metrics
        self._sequence = 0
        self._wake = asyncio.Event()
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._unreplayed = 0
        """Flushes in the spool, and those being written to it."""
        self.beacons = 0
        """Beacons in the spool."""
        self.is_full = False

    @property
    def size(self) -> int:
        return self._log.size if self._log else 0

    def use_spool(self, log: SpoolLog, producer: str) -> None:
        """Spool from now on, in a writer that was made without a spool. ``producer`` as in ``__init__``."""
        self._log, self._producer = log, producer

    async def append(self, encoded_by_shard: Mapping[int, Sequence[bytes]]) -> None:
        """Return once the server or the disk has every beacon. Raises ``RejectedError`` or the server's error."""
        self._sequence += 1
        flush = make_flush(self._sequence, encoded_by_shard)
        if not self._unreplayed:
            has_spool = self._log is not None
            try:
                async with asyncio.timeout(self._deadline):
                    await self._writer.append_once(self._producer, (flush,))
                return
            except Exception as error:  # whatever the error: what the server may not have is spooled
                # Without a spool at the begin, the server may have the flush under another producer id.
                if not has_spool:
                    raise
                expected = isinstance(error, REDIS_ERRORS)
                _log.error(
                    "spool: redis is unavailable, spooling beacons",
                    error=type(error).__name__,
                    exc_info=None if expected else error,
                )
        await self._spool(flush)

    async def take_over(self) -> None:
        """Open a log that another process left. Raises ``OSError``."""
        assert self._log is not None  # noqa: S101 - only a log can be taken over
        self._unreplayed, self.beacons = await self._on_disk(self._log.open)

    async def replay(self) -> None:
        """Replay whatever is spooled, forever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self.replay_all()

    async def replay_all(self) -> None:
        """Return once the spool is empty; waits for the server as long as it takes."""
        backoff = Backoff(_FIRST_RETRY_SECONDS, _LONGEST_RETRY_SECONDS)
        outage = OutageLog("spool replay", expected=())
        while self._unreplayed:
            try:
                await self._replay_some()
                backoff.reset()
            except (RedisError, TimeoutError):  # logged when the first flush was spooled
                await asyncio.sleep(backoff.next_delay())
            except Exception as error:  # the spool holds the only copy of these beacons: retry after any error
                outage.failed(error)
                await asyncio.sleep(backoff.next_delay())
        outage.recovered()

    def close(self) -> None:
        """Close the log. Spooled beacons stay on disk."""
        self._disk.shutdown()
        if self._log is not None:
            self._log.close()

    async def _spool(self, flush: Flush) -> None:
        assert self._log is not None  # noqa: S101 - checked by append
        self._unreplayed += 1
        try:
            await self._on_disk(self._log.append, flush)
        except (SpoolFullError, OSError) as error:
            self._unreplayed -= 1
            self._mark_full(error)
            raise RejectedError(
                RejectionReason.UNAVAILABLE,
                "the queue is unavailable and the spool is full",
                retry_after=_FULL_RETRY_SECONDS,
            ) from None
        finally:
            self._wake.set()
        self.is_full = False
        self.beacons += flush.beacons
        self._metrics.spooled.inc(flush.beacons)

    async def _replay_some(self) -> None:
        assert self._log is not None  # noqa: S101 - there is something to replay
        try:
            flushes = await self._on_disk(self._log.read, _REPLAY_BEACONS)
        except SpoolDamagedError as error:
            await self._skip_damage(error)
            return
        if not flushes:  # the first one is still being written
            await asyncio.sleep(_FIRST_RETRY_SECONDS)
            return
        await self._replay_writer.append_once(self._producer, flushes)
        await self._on_disk(self._log.acknowledge)
        beacons = sum(flush.beacons for flush in flushes)
        self.is_full = False
        self._unreplayed -= len(flushes)
        self.beacons -= beacons
        self._metrics.replayed.inc(beacons)
        if not self._unreplayed:
            _log.info("spool: empty again")

    async def _skip_damage(self, error: SpoolDamagedError) -> None:
        """Continue behind beacons that the disk lost after confirming them, and log how many those are."""
        assert self._log is not None  # noqa: S101 - there is something to replay
        flushes, beacons = await self._on_disk(self._log.skip_damage)
        self._unreplayed -= flushes
        self.beacons -= beacons
        if beacons:
            _log.error("spool: lost beacons that cannot be read back", beacons=beacons, error=str(error.__cause__))

    def _mark_full(self, error: Exception) -> None:
        if not self.is_full:  # logged once, not at every flush
            _log.error("spool: rejecting beacons", error=str(error) or "the spool is full")
        self.is_full = True

    async def _on_disk(self, function: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._disk, partial(function, *args, **kwargs))
