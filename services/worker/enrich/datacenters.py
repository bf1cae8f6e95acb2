"""Networks of servers, from where no person looks at pages.

There is no list in the box: such lists grow old within weeks, and an operator who wants one has a source for it. What
can be known of an address is its /24 (or /48), so only networks at least that large can be told.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

import structlog

from common.config import ConfigError
from common.network import Network, parse_networks
from services.worker.enrich.data import read_list

_CACHED = 65_536
_SMALLEST = {4: 24, 6: 48}
_log = structlog.get_logger()


class Datacenters:
    """Says of anonymised networks whether they lie in one of ``networks``."""

    def __init__(self, networks: Iterable[Network]) -> None:
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for network in networks:
            spans[network.version].append((int(network.network_address), int(network.broadcast_address)))
        self._spans = {version: _merged(each) for version, each in spans.items()}
        self.contains: Callable[[str], bool] = lru_cache(_CACHED)(self._find)

    def _find(self, network: str) -> bool:
        try:
            asked = ip_network(network)
        except ValueError:
            return False
        firsts, lasts = self._spans[asked.version]
        place = bisect_right(firsts, int(asked.network_address)) - 1
        return place >= 0 and int(asked.broadcast_address) <= lasts[place]


def read_datacenters(path: Path) -> Datacenters:
    """From a file with a network (CIDR) a line; what follows a # is a comment. Raises ``ConfigError``."""
    networks = _networks(path)
    known = [network for network in networks if network.prefixlen <= _SMALLEST[network.version]]
    if len(known) < len(networks):
        _log.info("networks are too small to be told", path=str(path), left_out=len(networks) - len(known))
    return Datacenters(known)


def _networks(path: Path) -> tuple[Network, ...]:
    try:
        return parse_networks(read_list(path, "worker.datacenter_networks_file"))
    except ValueError as error:
        raise ConfigError(f"worker.datacenter_networks_file: {path}: {error}") from None


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Where they begin and end, in order, with those that touch each other as one."""
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in sorted(spans):
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return firsts, lasts
