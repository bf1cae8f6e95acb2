"""Ports for servers that tests start a while after they have chosen where."""

import os
import socket
from random import SystemRandom

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_PORTS = range(10_000 + _WORKER, 32_768, _WORKERS)
"""Below those that the system gives to outgoing connections, which otherwise now and then take a port in between.

Each process of a test run has its own.
"""
_random = SystemRandom()
_given: set[int] = set()


def own_port() -> int:
    """A port of this machine at which nobody listens; never the same one twice."""
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
