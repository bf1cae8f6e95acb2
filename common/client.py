"""Whose request is it: the client's address, behind proxies that we trust and no others."""

from aiohttp import web

from common.config import ProxySettings
from common.network import Network, canonical, is_within, parse_networks


class ClientAddress:
    """Reads ``X-Forwarded-For`` and ``X-Forwarded-Proto`` only from trusted proxies."""

    def __init__(self, settings: ProxySettings) -> None:
        self._trusted: tuple[Network, ...] = parse_networks(settings.trusted_proxies)
        self._hops = settings.forwarded_hops

    def ip(self, request: web.BaseRequest) -> str:
        """The client's address in its canonical spelling, or '' where the connection has none (a Unix socket)."""
        peer = request.remote or ""
        if not self._trusted or not is_within(peer, self._trusted):
            return canonical(peer)
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        named = forwarded[-self._hops].strip() if len(forwarded) >= self._hops else forwarded[0].strip()
        return canonical(named.strip("[]") or peer)

    def is_https(self, request: web.BaseRequest) -> bool:
        if self._trusted and is_within(request.remote or "", self._trusted):
            return request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
        return request.scheme == "https"
