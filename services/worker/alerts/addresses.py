"""Addresses that a webhook may connect to: public ones only, not this machine or its private networks.

The check runs on the addresses that the connection then uses. So a host name that resolves to another address a moment
later (DNS rebinding) cannot bypass it.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""All IPv6 addresses that are assigned to the Internet. Others may lead to this machine (``::127.0.0.1``) or to private
networks (``64:ff9b:1::/48``, ``fec0::/10``), and the standard library does not list them all."""


class ForbiddenAddressError(OSError):
    """The target is not a public address."""


def is_public(address: str) -> bool:
    """Return whether the text is an address on the Internet; False for text that is no address."""
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
    """Rejects host names of which any address is not public."""

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(each["host"]) for each in found):
            raise ForbiddenAddressError(f"{host} is not a public address")
        return found

    async def close(self) -> None:
        await self._resolver.close()
