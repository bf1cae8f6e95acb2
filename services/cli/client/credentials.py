"""Credentials kept in the user's configuration directory, readable by that user only: login and pairings."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class LoginSession:
    api: str
    """URL of the API, without a trailing slash."""
    username: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: int
    """When the access token expires, in epoch milliseconds."""


@dataclass(frozen=True)
class StoredPairing:
    """A site that this machine is paired with, and the key that reads it."""

    api: str
    """URL of the API, without a trailing slash."""
    site: str
    public_key: str
    """64 hexadecimal digits, like the private key."""
    private_key: str = field(repr=False)


class SessionFile:
    """The login in ``folder``. The folder is created with mode 0700, the file with 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "session.json"

    def read(self) -> LoginSession | None:
        """Return the login; None when there is none, or the file is damaged."""
        try:
            return LoginSession(**json.loads(self.path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, session: LoginSession) -> None:
        """Replace the login atomically: a reader sees the old one or the new one."""
        _write_private_file(self.path, json.dumps(asdict(session)))

    def remove(self) -> None:
        """Delete the login, if there is one."""
        self.path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Make parallel commands renew the login one after another, because a refresh token works only once."""
        with _file_lock(self._folder / "session.lock"):
            yield


class PairingFile:
    """The pairings in ``folder``. The folder is created with mode 0700, the file with 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "pairings.json"

    def all(self) -> list[StoredPairing]:
        """Return every pairing; none where the file is missing or damaged."""
        try:
            return [StoredPairing(**each) for each in json.loads(self.path.read_text(encoding="utf-8"))]
        except (FileNotFoundError, ValueError, TypeError):
            return []

    def of_site(self, site: str) -> list[StoredPairing]:
        """Return the pairings with sites of this name, at any API."""
        return [each for each in self.all() if each.site == site]

    def add(self, pairing: StoredPairing) -> None:
        """Store a pairing; it replaces an earlier one with the same site of the same API."""
        with self._locked():
            others = [each for each in self.all() if (each.api, each.site) != (pairing.api, pairing.site)]
            self._write([*others, pairing])

    def remove(self, site: str) -> int:
        """Delete the pairings with ``site`` and return how many there were."""
        with self._locked():
            before = self.all()
            kept = [each for each in before if each.site != site]
            self._write(kept)
        return len(before) - len(kept)

    def _write(self, pairings: list[StoredPairing]) -> None:
        _write_private_file(self.path, json.dumps([asdict(each) for each in pairings]))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with _file_lock(self._folder / "pairings.lock"):
            yield


@contextlib.contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    _create_folder(path.parent)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_private_file(path: Path, text: str) -> None:
    """Replace the file atomically, with mode 0600."""
    _create_folder(path.parent)
    new = path.with_name(f"{path.stem}.{os.getpid()}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)


def _create_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
