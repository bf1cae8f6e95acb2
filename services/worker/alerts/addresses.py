"""Which addresses a webhook may reach: those of the Internet, and none of this machine or the networks around it.

The addresses that are checked are those that are connected to: a name that resolves to another address a moment later
gains nothing.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""All that is given out of IPv6. What lies outside of it may lead to this machine (``::127.0.0.1``) or to the networks
around it (``64:ff9b:1::/48``, ``fec0::/10``), whatever the standard library has heard of."""


class ForbiddenAddressError(OSError):
    """The target is not on the Internet."""


def is_public(address: str) -> bool:
    """False for what is no address, too."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
        if parsed not in _GLOBAL_UNICAST:
            return False
    return parsed.is_global and not parsed.is_multicast


class PublicResolver(AbstractResolver):
    """Refuses names that have an address which is not public, whatever else they have."""

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(each["host"]) for each in found):
            raise ForbiddenAddressError(f"{host} is not an address on the Internet")
        return found

    async def close(self) -> None:
        await self._resolver.close()
