"""The way of one group of shards to its server: straight, or by the spool while that does not work.

While anything is in the spool, new flushes go behind it; so the server sees them in the order of their numbers, and by
the number recognises one whose outcome nobody knows: it timed out, was spooled, and is sent again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

import structlog
from redis.exceptions import RedisError

from common.streams import Flush, StreamWriter, flush_of
from services.collector.metrics import CollectorMetrics
from services.collector.refusals import Refusal, RefusedError
from services.collector.spool.log import SpoolDamagedError, SpoolFullError, SpoolLog

_REPLAY_BEACONS = 4_096
_FIRST_WAIT_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 1.0
_FULL_RETRY_SECONDS = 10
_log = structlog.get_logger()
Given = ParamSpec("Given")
Result = TypeVar("Result")


class Lane:
    def __init__(
        self,
        sender: str,
        writer: StreamWriter,
        patient: StreamWriter,
        log: SpoolLog | None,
        deadline: float,
        metrics: CollectorMetrics,
    ) -> None:
        """``sender``: a name that no other process ever has. ``deadline``: seconds after which a flush is spooled.

        ``patient`` writes what is replayed, with more time: a server that is slow has to get rid of a backlog too.
        Without a ``log``, nothing is spooled.
        """
        self._sender = sender
        self._writer = writer
        self._patient = patient
        self._log = log
        self._deadline = deadline
        self._metrics = metrics
        self._number = 0
        self._wake = asyncio.Event()
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._unreplayed = 0
        """Flushes in the spool, and the one that is on its way there."""
        self.beacons = 0
        """In the spool."""
        self.is_full = False

    @property
    def size(self) -> int:
        return self._log.size if self._log else 0

    def spool_into(self, log: SpoolLog, sender: str) -> None:
        """From now on, of a lane that could not; ``sender`` as above."""
        self._log, self._sender = log, sender

    async def append(self, encoded_by_shard: Mapping[int, Sequence[bytes]]) -> None:
        """Returns once the server, or the disk, has every beacon. Raises ``RefusedError`` or what the server said."""
        self._number += 1
        flush = flush_of(self._number, encoded_by_shard)
        if not self._unreplayed:
            has_spool = self._log is not None
            try:
                async with asyncio.timeout(self._deadline):
                    await self._writer.append_once(self._sender, (flush,))
                return
            except Exception as error:  # whatever it was: what the server may not have goes to the disk
                if not has_spool:  # the server may have it by another name than a spool that came meanwhile
                    raise
                expected = isinstance(error, RedisError | OSError)
                _log.error(
                    "redis does not take beacons, they are spooled",
                    error=type(error).__name__,
                    exc_info=None if expected else error,
                )
        await self._spool(flush)

    async def take_over(self) -> None:
        """Begins with what another process left. Raises ``OSError``."""
        assert self._log is not None  # noqa: S101 - nothing is left without a log
        self._unreplayed, self.beacons = await self._on_disk(self._log.open)

    async def replay(self) -> None:
        """Replays what is spooled, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self.replay_all()

    async def replay_all(self) -> None:
        """Returns when nothing is spooled any more; waits for the server as long as it takes."""
        wait, told = _FIRST_WAIT_SECONDS, ""
        while self._unreplayed:
            try:
                await self._replay_some()
                wait, told = _FIRST_WAIT_SECONDS, ""
            except Exception as error:  # the spool is all there is of these beacons: try again, whatever it was
                if not isinstance(error, RedisError | TimeoutError) and told != repr(error):
                    told = repr(error)  # said once, not at every try
                    _log.error("the spool cannot be replayed, will be tried again", exc_info=error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT_SECONDS)

    def close(self) -> None:
        """What is spooled stays on disk."""
        self._disk.shutdown()
        if self._log is not None:
            self._log.close()

    async def _spool(self, flush: Flush) -> None:
        assert self._log is not None  # noqa: S101 - asked by append
        self._unreplayed += 1
        try:
            await self._on_disk(self._log.append, flush)
        except (SpoolFullError, OSError) as error:
            self._unreplayed -= 1
            self._note_full(error)
            raise RefusedError(
                Refusal.UNAVAILABLE, "the queue is away and the spool is full", retry_after=_FULL_RETRY_SECONDS
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
            await asyncio.sleep(_FIRST_WAIT_SECONDS)
            return
        await self._patient.append_once(self._sender, flushes)
        await self._on_disk(self._log.forget)
        beacons = sum(flush.beacons for flush in flushes)
        self.is_full = False
        self._unreplayed -= len(flushes)
        self.beacons -= beacons
        self._metrics.replayed.inc(beacons)
        if not self._unreplayed:
            _log.info("the spool is empty again")

    async def _skip_damage(self, error: SpoolDamagedError) -> None:
        """A disk that has lost what it confirmed: what can be read goes on, the rest is said."""
        assert self._log is not None  # noqa: S101 - there is something to replay
        flushes, beacons = await self._on_disk(self._log.skip_damage)
        self._unreplayed -= flushes
        self.beacons -= beacons
        if beacons:
            _log.error(
                "beacons of the spool cannot be read back, and are lost", beacons=beacons, error=str(error.__cause__)
            )

    def _note_full(self, error: Exception) -> None:
        if not self.is_full:  # said once, not at every flush
            _log.error("the spool takes no more beacons", error=str(error) or "it is full")
        self.is_full = True

    async def _on_disk(self, do: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._disk, partial(do, *given, **named))
