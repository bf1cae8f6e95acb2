"""Rate limit per client: a token bucket for each IPv4 address or IPv6 /64, in memory only."""

from ipaddress import IPv6Address

from common.config import RateLimitSettings

_PRUNE_ABOVE = 100_000


class RateLimiter:
    """Buckets hold ``burst`` tokens and are refilled by ``per_minute``. Times are epoch milliseconds."""

    def __init__(self, settings: RateLimitSettings) -> None:
        self._enabled = settings.enabled
        self._burst = float(settings.burst)
        self._per_ms = settings.per_minute / 60_000
        self._buckets: dict[str, tuple[float, int]] = {}

    def allow(self, ip: str, now: int) -> bool:
        """Take a token; return whether there was one."""
        if not self._enabled:
            return True
        client = ip if ":" not in ip else _network_64(ip)
        tokens, seen = self._buckets.get(client, (self._burst, now))
        tokens = min(self._burst, tokens + max(0, now - seen) * self._per_ms)
        if tokens < 1.0:
            return False
        if len(self._buckets) >= _PRUNE_ABOVE:
            self._drop_full_buckets(now)
        self._buckets[client] = (tokens - 1.0, now)
        return True

    @property
    def seconds_to_wait(self) -> int:
        """Seconds after which a client without tokens has one again."""
        return max(1, round(1 / self._per_ms / 1000))

    def _drop_full_buckets(self, now: int) -> None:
        full_after = self._burst / self._per_ms
        self._buckets = {client: bucket for client, bucket in self._buckets.items() if now - bucket[1] < full_after}
        if len(self._buckets) >= _PRUNE_ABOVE:  # a flood of addresses: reset the limits rather than run out of memory
            self._buckets.clear()


def _network_64(ip: str) -> str:
    try:
        return str(int(IPv6Address(ip)) >> 64)
    except ValueError:
        return ip
