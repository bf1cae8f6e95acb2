"""IP addresses: whose proxy may name the client, and what is left of an address after anonymisation."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


@lru_cache(maxsize=65_536)
def canonical(ip: str) -> str:
    """One spelling for one address, IPv4 in IPv6 form as IPv4; what is no address stays as it is."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return str(address.ipv4_mapped or address) if address.version == 6 else str(address)


@lru_cache(maxsize=65_536)
def anonymise(ip: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) that ``ip`` lies in, or '' for what is no address.

    IPv4 in IPv6 form counts as IPv4.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ""
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))


def parse_networks(networks: Iterable[str]) -> tuple[Network, ...]:
    """Raises ``ValueError`` for what is no network."""
    return tuple(ip_network(network, strict=False) for network in networks)


@lru_cache(maxsize=4_096)
def is_within(ip: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in network for network in networks)
