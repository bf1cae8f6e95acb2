"""What the embedded servers have in common: a data directory, a Unix socket, a child process and a log."""

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

_MAX_SOCKET_PATH = 100
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_FAILURE_LINES = 3
_POLL_SECONDS = 0.02
RETRY_SECONDS = 0.3
"""Delay between attempts to start a server while old processes still use its directory."""


class EmbeddedError(Exception):
    """States in one line why an embedded server cannot start, and where to look."""


class EmbeddedServer:
    """A server process in ``directory`` that listens on a Unix socket only.

    Start it from a thread that runs as long as the server is needed: where the system supports it, the server is
    signaled when the thread that started it ends for any reason.
    """

    name = "server"
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, socket_name: str, log: Path | None = None) -> None:
        self.directory = directory.resolve()
        self.log = log or self.directory.with_name(self.directory.name + ".log")
        self._socket_dir = _short_folder(self.directory.with_name(self.directory.name + ".run"), socket_name)
        self.socket = self._socket_dir / socket_name
        self.process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def prepare(self) -> None:
        """Prepare the data directory for a start."""
        raise NotImplementedError

    def command(self) -> Sequence[str]:
        """Return the command line of the server."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server and return when it is ready. Raises ``EmbeddedError``."""
        self.launch()
        self._wait_until_ready()

    def launch(self) -> None:
        """Start the process without waiting until it is ready. Raises ``EmbeddedError``."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_socket_owner()
            self._check_not_running()
            self.prepare()
            self.socket.unlink(missing_ok=True)
            with self.log.open("ab") as log:
                self._log_start = log.tell()
                self.process = subprocess.Popen(  # noqa: S603 - our own argument list
                    self.command(),
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    cwd=self._socket_dir,
                    start_new_session=True,  # on Ctrl-C, `up` stops the processes in order
                )
        except OSError as error:
            raise EmbeddedError(f"{self.name}: {error.filename or self.directory}: {error.strerror}") from None

    def stop(self, kill: bool = False) -> None:
        """Stop the server and wait until it has ended; do nothing when it is not running."""
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
            self._socket_dir.rmdir()  # fails, as intended, unless it is empty

    def is_ready(self) -> bool:
        """Whether the server accepts commands."""
        raise NotImplementedError

    def is_starting(self) -> bool:
        """Whether the server responds that it does not accept commands yet, because it still loads or recovers data."""
        raise NotImplementedError

    def is_blocked_by_old_processes(self) -> bool:
        """Whether it could not start because processes of a killed server still use its directory."""
        return False

    def _wait_until_ready(self) -> None:
        """Wait as long as the server reports that it is starting, or up to a minute without a report."""
        started = time.monotonic()
        deadline = started + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None:
                raise self.failure()
            if self.process.poll() is not None:
                if not self.is_blocked_by_old_processes() or time.monotonic() - started > _START_SECONDS:
                    raise self.failure()
                time.sleep(RETRY_SECONDS)
                self.launch()
            if self.is_ready():
                return
            if self.is_starting():
                deadline = time.monotonic() + _START_SECONDS
            time.sleep(_POLL_SECONDS)
        self.stop(kill=True)
        raise EmbeddedError(f"{self.name} was not ready after {_START_SECONDS:.0f} s; see {self.log}")

    def failure(self) -> EmbeddedError:
        """Return an error with the reason why the server ended."""
        return EmbeddedError(f"{self.name} did not start: {self._last_message()} (see {self.log})")

    def _check_socket_owner(self) -> None:
        """Another user could have created the socket's folder first, in a shared folder such as /tmp."""
        owner = self._socket_dir.lstat().st_uid
        if self._socket_dir.is_symlink() or owner not in self._own_users():
            raise EmbeddedError(f"{self.name}: {self._socket_dir} belongs to another user; remove it")

    def _own_users(self) -> set[int]:
        return {os.geteuid()}

    def _check_not_running(self) -> None:
        if _accepts_connections(self.socket):
            raise EmbeddedError(f"{self.name}: another process already uses {self.directory}; stop it first")

    def _last_message(self) -> str:
        """Return the last line of the log, or the last fatal one with the hint and the detail that follow it."""
        lines = self._log_lines()[-_FAILURE_LINES:]
        fatal = [number for number, line in enumerate(lines) if "FATAL" in line]
        return " ".join(lines[fatal[-1] if fatal else -1 :]) or "no message"

    def _log_lines(self) -> list[str]:
        """Return the lines of the log since the launch."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace").strip().splitlines()
        return []


def _accepts_connections(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        return client.connect_ex(str(path)) == 0


def _short_folder(wanted: Path, socket_name: str) -> Path:
    """Return ``wanted``, or a short path derived from it where the path of a Unix socket would be too long."""
    if len(os.fsencode(wanted / socket_name)) <= _MAX_SOCKET_PATH:
        return wanted
    name = blake2b(os.fsencode(wanted), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"pyuniqvisit-{os.getuid()}-{name}"
