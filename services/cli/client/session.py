"""The login that is kept between commands: a file that nobody else can read."""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from services.cli.client.private_file import make_folder, replace_file


@dataclass(frozen=True)
class Session:
    api: str
    """The API's address, without a slash at its end."""
    username: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: int
    """Epoch milliseconds when the access token ends."""


class SessionFile:
    """One login, in ``folder``. The folder is made with mode 0700, the file with 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "session.json"

    def read(self) -> Session | None:
        """None when nobody is logged in, or what is there is no login."""
        try:
            return Session(**json.loads(self.path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, session: Session) -> None:
        """Replaces the file in one step: a reader sees the old login or the new one."""
        replace_file(self.path, json.dumps(asdict(session)))

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Commands that run at the same time renew the login one after another: a refresh token works once."""
        make_folder(self._folder)
        with (self._folder / "session.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
