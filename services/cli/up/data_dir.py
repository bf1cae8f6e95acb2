"""The data directory of `up`: its layout, its version, its owner and its lock."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.cli.errors import CliError

LAYOUT = "1"
"""Increased when a release cannot read the directory of an older one."""

_VERSION_FILE = "version"
_LOCK_FILE = "lock"


@dataclass(frozen=True)
class DataDir:
    """The files of an install. ``path`` is absolute."""

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
    def run_record(self) -> Path:
        """The record of the running, or last, supervisor."""
        return self.path / "run.json"

    @property
    def registry(self) -> Path:
        return self.path / "registry.json"

    @property
    def spool(self) -> Path:
        return self.path / "spool"


@contextlib.contextmanager
def open_data_dir(path: Path) -> Iterator[DataDir]:
    """Create the directory (mode 0700) if it is missing, and hold its lock. Raises ``CliError``."""
    path = path.absolute()
    with contextlib.ExitStack() as stack:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_owner(path)
            path.chmod(0o700)
            lock = stack.enter_context((path / _LOCK_FILE).open("a+"))
            _acquire_lock(lock.fileno(), path)
            _check_version(path / _VERSION_FILE)
            data = DataDir(path)
            data.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CliError(f"data directory {error.filename or path}: {error.strerror}") from None
        yield data


def _check_owner(path: Path) -> None:
    """Refuse a directory with other files and the install of another user."""
    names = {entry.name for entry in path.iterdir()}
    if names - {_LOCK_FILE} and _VERSION_FILE not in names:
        raise CliError(f"data directory {path}: contains other files; choose an empty or new directory with --data-dir")
    if _VERSION_FILE in names and (path / _VERSION_FILE).stat().st_uid != os.geteuid():
        raise CliError(f"data directory {path}: belongs to another user; run as that user")


def _acquire_lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CliError(f"data directory {path}: in use by another `pyuniqvisit up`; stop that first") from None


def _check_version(version_file: Path) -> None:
    if not version_file.exists():
        version_file.write_text(f"{LAYOUT}\n")
    elif (found := version_file.read_text(errors="replace").strip()) != LAYOUT:
        raise CliError(
            f"data directory {version_file.parent}: created by another version of PyUniqVisit "
            f"(layout {found[:20] or 'unknown'}, this version reads {LAYOUT}); use that version"
        )
