"""Free ports for servers that tests start later."""

import os
import socket
from random import SystemRandom

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_PORTS = range(10_000 + _WORKER, 32_768, _WORKERS)
"""Ports below those of outgoing connections, one of which could otherwise take the port before the server starts.

Each process of a test run has its own.
"""
_random = SystemRandom()
_given: set[int] = set()


def own_port() -> int:
    """Return a port without a listener; never the same one twice."""
    while True:
        port = _random.choice(_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if port not in _given and _is_free(probe, port):
                _given.add(port)
                return port


def _is_free(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
