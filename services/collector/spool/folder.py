"""A folder for each process's spool, locked for as long as the process lives.

A lock that can be had belongs to a process that is gone: whoever gets it replays what the folder holds. The system
frees the lock with the process, however that ended, also in another container on the same volume.
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

    def lanes(self) -> list[str]:
        """The names of the logs in it."""
        return sorted({file.parent.name for file in self.path.glob(f"*/*{SUFFIX}")})

    def release(self) -> None:
        """Removes the folder if it holds no beacons, and lets go of it either way."""
        if not any(self.path.glob(f"*/*{SUFFIX}")) and not any(self.path.glob("*/*.damaged")):
            shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self.lock)


def claim_new(root: Path, random: Randomness = os.urandom) -> SpoolFolder:
    """A new folder with a name of its own. Raises ``OSError``."""
    root.mkdir(parents=True, exist_ok=True)
    while True:
        path = root / random(8).hex()
        path.mkdir(mode=0o700)
        folder = _claim(path)
        if folder is not None:  # nobody took it for one that was left
            return folder


def claim_left(root: Path) -> Iterator[SpoolFolder]:
    """Folders of processes that are gone."""
    try:
        paths = sorted(path for path in root.iterdir() if path.is_dir())
    except OSError:
        return
    for path in paths:
        folder = _claim(path)
        if folder is not None:
            yield folder


def _claim(path: Path) -> SpoolFolder | None:
    """None when another process has it, or has just removed it."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        there = (path / _LOCK).stat().st_ino == os.fstat(lock).st_ino
    except OSError:
        there = False
    if not there:
        os.close(lock)
        return None
    return SpoolFolder(path, lock)
