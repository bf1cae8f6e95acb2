"""Checking that ports are free before a service is started."""

import errno
import socket

from services.cli.errors import CliError


def check_port(host: str, port: int, purpose: str, remedy: str) -> None:
    """Raise ``CliError`` when ``host``:``port`` cannot be used. ``remedy`` is the advice in its message."""
    try:
        _bind(host, port)
    except OSError as error:
        reason = "is already in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error})"
        raise CliError(f"port {port} on {host} for {purpose} {reason}; {remedy}") from None


def free_port(host: str, wanted: int) -> int:
    """Return ``wanted`` if it is free, else any free port. Raises ``OSError``."""
    try:
        return _bind(host, wanted)
    except OSError:
        return _bind(host, 0)


def _bind(host: str, port: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do; a closed connection does not block the port
        probe.bind(address)
        return int(probe.getsockname()[1])
