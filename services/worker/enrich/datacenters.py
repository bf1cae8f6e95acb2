"""Data center networks, whose visitors are bots.

No list is included, because such lists are outdated within weeks. An administrator can provide one. Addresses are
anonymized to a /24 (or /48), so only networks of at least that size can be recognized.
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
    """Finds out whether an anonymized network is part of one of ``networks``."""

    def __init__(self, networks: Iterable[Network]) -> None:
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for network in networks:
            spans[network.version].append((int(network.network_address), int(network.broadcast_address)))
        self._spans = {version: _merged(each) for version, each in spans.items()}
        self.contains: Callable[[str], bool] = lru_cache(_CACHED)(self._find)

    def _find(self, network: str) -> bool:
        try:
            wanted = ip_network(network)
        except ValueError:
            return False
        firsts, lasts = self._spans[wanted.version]
        index = bisect_right(firsts, int(wanted.network_address)) - 1
        return index >= 0 and int(wanted.broadcast_address) <= lasts[index]


def read_datacenters(path: Path) -> Datacenters:
    """Read a file with one network (CIDR) per line and # comments. Raises ``ConfigError``."""
    networks = _networks(path)
    usable = [network for network in networks if network.prefixlen <= _SMALLEST[network.version]]
    if len(usable) < len(networks):
        _log.info(
            "datacenters: ignored networks smaller than /24 or /48", path=str(path), ignored=len(networks) - len(usable)
        )
    return Datacenters(usable)


def _networks(path: Path) -> tuple[Network, ...]:
    try:
        return parse_networks(read_list(path, "worker.datacenter_networks_file"))
    except ValueError as error:
        raise ConfigError(f"worker.datacenter_networks_file: {path}: {error}") from None


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return the first and last addresses in order, with adjacent networks merged."""
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in sorted(spans):
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return firsts, lasts
