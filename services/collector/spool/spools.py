"""All the spooling writers of a process, and the spools that other processes left."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from common.background import in_background
from common.outage import OutageLog
from common.salts import Randomness
from common.streams import StreamServers, StreamWriter
from services.collector.prometheus import CollectorMetrics
from services.collector.spool.folder import SpoolFolder, claim_abandoned, claim_new
from services.collector.spool.log import SpoolLog
from services.collector.spool.spooling_writer import SpoolingWriter

_ADOPT_SECONDS = 10.0
_log = structlog.get_logger()


class Spools:
    def __init__(
        self,
        root: Path | None,
        max_bytes: int,
        servers: StreamServers,
        replay_servers: StreamServers,
        deadline: float,
        metrics: CollectorMetrics,
        random: Randomness = os.urandom,
    ) -> None:
        """``root``: the folder of all collectors' spools; None for no spool."""
        self._root = root
        self._random = random
        self._max_bytes = max_bytes
        self._writer = StreamWriter(servers)
        self._replay_writer = StreamWriter(replay_servers)
        self._deadline = deadline
        self._metrics = metrics
        if root is None:
            _log.warning("spool: disabled; set collector.spool_dir to store beacons while Redis is unavailable")
        self._folder_outage = OutageLog("spool folder", level=logging.ERROR)
        self._folder = self._claim()
        groups = range(len(servers.servers))
        self.writers = [self._writer_to(self._folder, str(group)) for group in groups]
        self.adopted: list[SpoolingWriter] = []
        self._adopting = ""
        """The name of their spool."""
        self.emptied: set[str] = set()
        """Names of abandoned spools that were replayed."""
        self._unreadable: set[str] = set()
        """Names of abandoned spools that cannot be read; each is logged once."""

    @property
    def name(self) -> str:
        """The name of this process's spool, or ''."""
        return self._folder.name if self._folder else ""

    @property
    def accepts_beacons(self) -> bool:
        """Whether beacons can be stored while Redis is unavailable."""
        return self._folder is not None and not any(writer.is_full for writer in self.writers)

    @property
    def size(self) -> int:
        return sum(writer.size for writer in (*self.writers, *self.adopted))

    @property
    def beacons(self) -> int:
        return sum(writer.beacons for writer in (*self.writers, *self.adopted))

    def by_name(self) -> dict[str, tuple[int, int]]:
        """Beacons and bytes of this process's spool, and of the abandoned one that is being replayed."""
        owners = {self.name: self.writers} | ({self._adopting: self.adopted} if self.adopted else {})
        return {
            name: (sum(writer.beacons for writer in writers), sum(writer.size for writer in writers))
            for name, writers in owners.items()
        }

    def problem(self) -> str | None:
        """One line for the health check, or None."""
        if self._folder is None:
            return "no spool: beacons are rejected while Redis is unavailable"
        if not self.accepts_beacons:
            return "full"
        if self._unreadable:
            return f"abandoned spools cannot be read: {', '.join(sorted(self._unreadable))}"
        return f"{self.beacons} beacons wait for Redis" if self.beacons else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Replay while the context is open. Beacons that are spooled at its end stay for the next process."""
        try:
            async with in_background(*(writer.replay() for writer in self.writers), self._adopt_abandoned()):
                yield
        finally:
            for writer in self.writers:
                writer.close()
            if self._folder:
                self._folder.release()

    def _claim(self) -> SpoolFolder | None:
        if self._root is None:
            return None
        try:
            return claim_new(self._root, self._random)
        except OSError as error:
            self._folder_outage.failed(error)
            return None

    def _claim_late(self) -> None:
        """Try again for a spool folder: the disk may have been full or missing at the start."""
        self._folder = self._claim()
        if self._folder is None:
            return
        for name, writer in enumerate(self.writers):
            writer.use_spool(SpoolLog(self._folder.path / str(name), self._max_bytes), f"{self._folder.name}:{name}")
        self._folder_outage.recovered()

    def _writer_to(self, folder: SpoolFolder | None, name: str) -> SpoolingWriter:
        # The server skips sequence numbers that it has seen from a producer, so every producer id must be unique.
        log = SpoolLog(folder.path / name, self._max_bytes) if folder else None
        producer = f"{folder.name if folder else self._random(8).hex()}:{name}"
        return SpoolingWriter(producer, self._writer, self._replay_writer, log, self._deadline, self._metrics)

    async def _adopt_abandoned(self) -> None:
        while self._root is not None:
            if self._folder is None:
                self._claim_late()
            for folder in claim_abandoned(self._root):
                try:
                    await self._adopt(folder)
                except Exception as error:  # an unreadable spool does not delay the others, and is tried again
                    if folder.name not in self._unreadable:
                        _log.error("spool: cannot read abandoned spool", spool=str(folder.path), exc_info=error)
                    self._unreadable.add(folder.name)
            await asyncio.sleep(_ADOPT_SECONDS)

    async def _adopt(self, folder: SpoolFolder) -> None:
        self._adopting = folder.name
        self.adopted = [self._writer_to(folder, name) for name in folder.log_names()]
        try:
            for writer in self.adopted:
                await writer.take_over()
            if any(writer.beacons for writer in self.adopted):
                _log.info("spool: replaying abandoned spool", spool=folder.name)
            for writer in self.adopted:
                await writer.replay_all()
        finally:
            for writer in self.adopted:
                writer.close()
            self.adopted = []
            folder.release()
        self._unreadable.discard(folder.name)
        self.emptied.add(folder.name)
