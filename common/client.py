"""The client's address and scheme, also behind trusted proxies."""

from functools import lru_cache
from typing import Protocol

from multidict import CIMultiDictProxy

from common.config import ProxySettings
from common.network import canonical, is_within, parse_networks


class RequestHead(Protocol):
    """The part of an aiohttp request that identifies the client."""

    @property
    def headers(self) -> "CIMultiDictProxy[str]": ...

    @property
    def remote(self) -> str | None: ...

    @property
    def scheme(self) -> str: ...


class ClientAddress:
    """Reads ``X-Forwarded-For`` and ``X-Forwarded-Proto`` only from trusted proxies."""

    def __init__(self, settings: ProxySettings) -> None:
        trusted = parse_networks(settings.trusted_proxies)
        self._trusts = lru_cache(maxsize=4_096)(lambda peer: is_within(peer, trusted))
        self._hops = settings.forwarded_hops

    def ip(self, request: RequestHead) -> str:
        """Return the client's address in canonical form, or '' if the connection has none (a Unix socket)."""
        peer = request.remote or ""
        if not self._trusts(peer):
            return canonical(peer)
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        named = forwarded[-self._hops].strip() if len(forwarded) >= self._hops else forwarded[0].strip()
        return canonical(named.strip("[]") or peer)

    def is_https(self, request: RequestHead) -> bool:
        if self._trusts(request.remote or ""):
            return request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
        return request.scheme == "https"
