"""What both embedded servers share: a folder, a Unix socket, a child process, a log."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from services.cli.embedded.errors import EmbeddedError

_SOCKET_PATH_LIMIT = 100
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_LAST_LINES = 3
_POLL_SECONDS = 0.02
HELD_SECONDS = 0.3
"""Between two tries to start a server whose folder is held."""


class EmbeddedServer:
    """A server process in ``directory`` that listens on a Unix socket only.

    Start it from a thread that lives as long as the server shall: where the system can, the server is asked to end
    when the thread that started it ends, however that came.
    """

    name = "server"
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, socket_name: str, log: Path | None = None) -> None:
        self.directory = directory.resolve()
        self.log = log or self.directory.with_name(self.directory.name + ".log")
        self._socket_dir = _short_folder(self.directory.with_name(self.directory.name + ".run"), socket_name)
        self.socket = self._socket_dir / socket_name
        self.process: subprocess.Popen[bytes] | None = None
        self._log_begins = 0

    def prepare(self) -> None:
        """Makes the folder ready for a start."""
        raise NotImplementedError

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Returns when the server answers. Raises ``EmbeddedError``."""
        self.launch()
        self._wait_until_ready()

    def launch(self) -> None:
        """Starts the process and does not wait until it answers. Raises ``EmbeddedError``."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_foreign_folder()
            self._refuse_second()
            self.prepare()
            self.socket.unlink(missing_ok=True)
            with self.log.open("ab") as log:
                self._log_begins = log.tell()
                self.process = subprocess.Popen(  # noqa: S603 - our own argument list
                    self.command(),
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    cwd=self._socket_dir,
                    start_new_session=True,  # Ctrl-C is ours to pass on, in order
                )
        except OSError as error:
            raise EmbeddedError(f"{self.name}: {error.filename or self.directory}: {error.strerror}") from None

    def stop(self, kill: bool = False) -> None:
        """Stops the server and waits for its end; does nothing when it is not running."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGKILL if kill else self.stop_signal)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with contextlib.suppress(OSError):
            self._socket_dir.rmdir()  # only when nothing is left in it

    def is_ready(self) -> bool:
        """Whether the server takes commands."""
        raise NotImplementedError

    def is_starting(self) -> bool:
        """Whether the server answers that it does not take commands yet: it reads what a crash, or a long day, left."""
        raise NotImplementedError

    def is_held(self) -> bool:
        """Whether it ended at once because a killed server's other processes still have their last work to do."""
        return False

    def _wait_until_ready(self) -> None:
        """For as long as it says that it is starting; for a minute where it says nothing."""
        began = time.monotonic()
        deadline = began + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None:
                raise self.failure()
            if self.process.poll() is not None:
                if not self.is_held() or time.monotonic() - began > _START_SECONDS:
                    raise self.failure()
                time.sleep(HELD_SECONDS)
                self.launch()
            if self.is_ready():
                return
            if self.is_starting():
                deadline = time.monotonic() + _START_SECONDS
            time.sleep(_POLL_SECONDS)
        self.stop(kill=True)
        raise EmbeddedError(f"{self.name} was not ready after {_START_SECONDS:.0f} s (see {self.log})")

    def failure(self) -> EmbeddedError:
        """Why a server that ended by itself did."""
        return EmbeddedError(f"{self.name} did not start; its last words: {self._last_words()} (see {self.log})")

    def _refuse_foreign_folder(self) -> None:
        """In a shared folder such as /tmp, somebody else could have made the socket's folder before us."""
        owner = self._socket_dir.lstat().st_uid
        if self._socket_dir.is_symlink() or owner not in self._own_users():
            raise EmbeddedError(f"{self.name}: {self._socket_dir} belongs to somebody else; remove it")

    def _own_users(self) -> set[int]:
        return {os.geteuid()}

    def _refuse_second(self) -> None:
        if _answers(self.socket):
            raise EmbeddedError(f"{self.name}: another process already uses {self.directory}")

    def _last_words(self) -> str:
        """The last line; from the last fatal one on where a hint or a detail follows it."""
        lines = self._words()[-_LAST_LINES:]
        fatal = [number for number, line in enumerate(lines) if "FATAL" in line]
        return " ".join(lines[fatal[-1] if fatal else -1 :]) or "none"

    def _words(self) -> list[str]:
        """The lines of the log since the launch."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(self._log_begins)
            return log.read().decode(errors="replace").strip().splitlines()
        return []


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        return client.connect_ex(str(path)) == 0


def _short_folder(wanted: Path, socket_name: str) -> Path:
    """``wanted``, or, where a Unix socket's path would be too long, a short folder named after it."""
    if len(os.fsencode(wanted / socket_name)) <= _SOCKET_PATH_LIMIT:
        return wanted
    name = blake2b(os.fsencode(wanted), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"pyuniqvisit-{os.getuid()}-{name}"
