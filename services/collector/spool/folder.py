"""Each process has a spool folder of its own, which it locks while it runs.

A lock that can be acquired belongs to a process that has ended: the process that acquires it replays the folder. The
system releases the lock when a process ends in any way, also in another container on the same volume.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.salts import Randomness
from services.collector.spool.log import SUFFIX

_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class SpoolFolder:
    """A folder that this process has locked."""

    path: Path
    lock: int

    @property
    def name(self) -> str:
        return self.path.name

    def log_names(self) -> list[str]:
        """Return the names of the logs in the folder."""
        return sorted({file.parent.name for file in self.path.glob(f"*/*{SUFFIX}")})

    def release(self) -> None:
        """Unlock the folder; remove it if it holds no beacons."""
        if not any(self.path.glob(f"*/*{SUFFIX}")) and not any(self.path.glob("*/*.damaged")):
            shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self.lock)


def claim_new(root: Path, random: Randomness = os.urandom) -> SpoolFolder:
    """Create a folder with a unique name. Raises ``OSError``."""
    root.mkdir(parents=True, exist_ok=True)
    while True:
        path = root / random(8).hex()
        path.mkdir(mode=0o700)
        folder = _claim(path)
        if folder is not None:  # no other process took it for an abandoned one
            return folder


def claim_abandoned(root: Path) -> Iterator[SpoolFolder]:
    """Lock and yield the folders of processes that have ended."""
    try:
        paths = sorted(path for path in root.iterdir() if path.is_dir())
    except OSError:
        return
    for path in paths:
        folder = _claim(path)
        if folder is not None:
            yield folder


def _claim(path: Path) -> SpoolFolder | None:
    """Return None if another process has locked or just removed the folder."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        exists = (path / _LOCK).stat().st_ino == os.fstat(lock).st_ino
    except OSError:
        exists = False
    if not exists:
        os.close(lock)
        return None
    return SpoolFolder(path, lock)
