"""Which Redis server holds which shard's stream."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from redis.asyncio import Redis

Value = TypeVar("Value")


class StreamServers:
    """The stream servers; each holds one group of consecutive shards."""

    def __init__(self, servers: Sequence["Redis"], shards: int) -> None:
        """``servers``: at least one, at most as many as there are shards."""
        self.servers = tuple(servers)
        self.shards = shards

    @classmethod
    def one(cls, redis: "Redis") -> "StreamServers":
        """All streams on one server."""
        return cls((redis,), 1)

    def group_of(self, shard: int) -> int:
        """Return the index of the shard's server in ``servers``."""
        return shard * len(self.servers) // self.shards if len(self.servers) > 1 else 0

    def of(self, shard: int) -> "Redis":
        return self.servers[self.group_of(shard)]

    def by_group(self, shards: Iterable[int]) -> Mapping[int, list[int]]:
        """Return ``shards`` by their group."""
        groups: dict[int, list[int]] = {}
        for shard in shards:
            groups.setdefault(self.group_of(shard), []).append(shard)
        return groups


def stream_servers(given: "StreamServers | Redis") -> StreamServers:
    return given if isinstance(given, StreamServers) else StreamServers.one(given)
