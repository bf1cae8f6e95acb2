"""Ports: saying that one is taken before anything is started on it."""

import errno
import socket

from services.cli.errors import CliError


def refuse_taken(host: str, port: int, purpose: str, remedy: str) -> None:
    """Raises ``CliError`` when nothing could listen at ``host``:``port``."""
    try:
        _bind(host, port)
    except OSError as error:
        reason = "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used: {error}"
        raise CliError(f"port {port} at {host}, for {purpose}, {reason}; {remedy}") from None


def free_port(host: str, wanted: int) -> int:
    """``wanted`` where it is free, else any free port. Raises ``OSError``."""
    try:
        return _bind(host, wanted)
    except OSError:
        return _bind(host, 0)


def _bind(host: str, port: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: closed connections do not count
        probe.bind(address)
        return int(probe.getsockname()[1])
