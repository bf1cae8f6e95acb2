"""The data directory: whose it is, which version made it, and that only one supervisor has it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.cli.errors import CliError

LAYOUT = "1"
"""Counts up when a newer release cannot read what an older one wrote into this directory."""

_STAMP = "version"
_LOCK = "lock"


@dataclass(frozen=True)
class DataDir:
    """Where everything lies. Absolute."""

    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets.json"

    @property
    def run(self) -> Path:
        """What the running, or last, supervisor noted of itself."""
        return self.path / "run.json"

    @property
    def registry(self) -> Path:
        return self.path / "registry.json"

    @property
    def spool(self) -> Path:
        return self.path / "spool"


@contextlib.contextmanager
def open_data_dir(path: Path) -> Iterator[DataDir]:
    """Makes the directory (mode 0700) where it is missing, and holds its lock. Raises ``CliError``."""
    path = path.absolute()
    with contextlib.ExitStack() as stack:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_foreign(path)
            path.chmod(0o700)
            lock = stack.enter_context((path / _LOCK).open("a+"))
            _take(lock.fileno(), path)
            _check_version(path / _STAMP)
            data = DataDir(path)
            data.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CliError(f"data directory {error.filename or path}: {error.strerror}") from None
        yield data


def _refuse_foreign(path: Path) -> None:
    """Keeps us from taking over a folder that holds something else, or another user's install."""
    names = {entry.name for entry in path.iterdir()}
    if names - {_LOCK} and _STAMP not in names:
        raise CliError(f"data directory {path}: holds other files; choose an empty or a new one with --data-dir")
    if _STAMP in names and (path / _STAMP).stat().st_uid != os.geteuid():
        raise CliError(f"data directory {path}: belongs to another user; run as that user")


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CliError(f"data directory {path}: another `pyuniqvisit up` is using it; end that first") from None


def _check_version(stamp: Path) -> None:
    if not stamp.exists():
        stamp.write_text(f"{LAYOUT}\n")
    elif (found := stamp.read_text(errors="replace").strip()) != LAYOUT:
        raise CliError(
            f"data directory {stamp.parent}: made by another version of PyUniqVisit "
            f"(layout {found[:20] or 'unknown'}, this version reads {LAYOUT})"
        )
