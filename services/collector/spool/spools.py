"""All the lanes of a process, and the spools that other processes left."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from common.background import in_background
from common.salts import Randomness
from common.streams import StreamServers, StreamWriter
from services.collector.metrics import CollectorMetrics
from services.collector.spool.folder import SpoolFolder, claim_left, claim_new
from services.collector.spool.lane import Lane
from services.collector.spool.log import SpoolLog

_LOOK_SECONDS = 10.0
_log = structlog.get_logger()


class Spools:
    def __init__(
        self,
        root: Path | None,
        max_bytes: int,
        servers: StreamServers,
        patient: StreamServers,
        deadline: float,
        metrics: CollectorMetrics,
        random: Randomness = os.urandom,
    ) -> None:
        """``root``: where the spools of all collectors are; without it there is none."""
        self._root = root
        self._random = random
        self._max_bytes = max_bytes
        self._writer = StreamWriter(servers)
        self._patient = StreamWriter(patient)
        self._deadline = deadline
        self._metrics = metrics
        if root is None:
            _log.warning("collector.spool_dir is not set: beacons are refused while Redis is away")
        self._reason = ""
        """Why there is no spool, as it was said last."""
        self._folder = self._claim()
        groups = range(len(servers.servers))
        self.lanes = [self._lane(self._folder, str(group)) for group in groups]
        self.adopted: list[Lane] = []
        self._adopting = ""
        """Whose these are."""
        self.emptied: set[str] = set()
        """Names of spools that were left, and are no more."""
        self._unreadable: set[str] = set()
        """Names of spools that were left and cannot be read, each said once."""

    @property
    def name(self) -> str:
        """'' without a spool."""
        return self._folder.name if self._folder else ""

    @property
    def takes_beacons(self) -> bool:
        """Whether beacons can be kept while Redis is away."""
        return self._folder is not None and not any(lane.is_full for lane in self.lanes)

    @property
    def size(self) -> int:
        return sum(lane.size for lane in (*self.lanes, *self.adopted))

    @property
    def beacons(self) -> int:
        return sum(lane.beacons for lane in (*self.lanes, *self.adopted))

    def by_name(self) -> dict[str, tuple[int, int]]:
        """Beacons and bytes of this process's own spool, and of one that was left while that is replayed."""
        owners = {self.name: self.lanes} | ({self._adopting: self.adopted} if self.adopted else {})
        return {
            name: (sum(lane.beacons for lane in lanes), sum(lane.size for lane in lanes))
            for name, lanes in owners.items()
        }

    def problem(self) -> str | None:
        """What an operator should know of the spool."""
        if self._folder is None:
            return "no spool: beacons are refused while Redis is away"
        if not self.takes_beacons:
            return "full"
        if self._unreadable:
            return f"left by others, and cannot be read: {', '.join(sorted(self._unreadable))}"
        return f"{self.beacons} beacons wait for Redis" if self.beacons else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Replays meanwhile. What is spooled at the end stays, for whoever comes next."""
        try:
            async with in_background(*(lane.replay() for lane in self.lanes), self._adopt_for_ever()):
                yield
        finally:
            for lane in self.lanes:
                lane.close()
            if self._folder:
                self._folder.release()

    def _claim(self) -> SpoolFolder | None:
        if self._root is None:
            return None
        try:
            return claim_new(self._root, self._random)
        except OSError as error:
            if self._reason != (error.strerror or ""):
                _log.error("no spool: its folder cannot be used", folder=str(self._root), error=error.strerror)
            self._reason = error.strerror or ""
            return None

    def _claim_late(self) -> None:
        """A disk that was full, or away, when the process began is no reason to be without a spool for ever."""
        self._folder = self._claim()
        if self._folder is None:
            return
        for name, lane in enumerate(self.lanes):
            lane.spool_into(SpoolLog(self._folder.path / str(name), self._max_bytes), f"{self._folder.name}:{name}")
        _log.info("there is a spool now", folder=str(self._folder.path))

    def _lane(self, folder: SpoolFolder | None, name: str) -> Lane:
        # The server skips what it knows by this name already: no other process may ever have it, spool or none.
        log = SpoolLog(folder.path / name, self._max_bytes) if folder else None
        sender = f"{folder.name if folder else self._random(8).hex()}:{name}"
        return Lane(sender, self._writer, self._patient, log, self._deadline, self._metrics)

    async def _adopt_for_ever(self) -> None:
        while self._root is not None:
            if self._folder is None:
                self._claim_late()
            for folder in claim_left(self._root):
                try:
                    await self._adopt(folder)
                except Exception as error:  # one that cannot be read holds up no other, and is tried again
                    if folder.name not in self._unreadable:
                        _log.error("a spool that was left cannot be read", spool=str(folder.path), exc_info=error)
                    self._unreadable.add(folder.name)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _adopt(self, folder: SpoolFolder) -> None:
        self._adopting = folder.name
        self.adopted = [self._lane(folder, name) for name in folder.lanes()]
        try:
            for lane in self.adopted:
                await lane.take_over()
            if any(lane.beacons for lane in self.adopted):
                _log.info("a spool that another process left is replayed", spool=folder.name)
            for lane in self.adopted:
                await lane.replay_all()
        finally:
            for lane in self.adopted:
                lane.close()
            self.adopted = []
            folder.release()
        self._unreadable.discard(folder.name)
        self.emptied.add(folder.name)
