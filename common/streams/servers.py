"""Which Redis server has which shard's stream."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from redis.asyncio import Redis

Value = TypeVar("Value")


class StreamServers:
    """The shards, cut into as many groups of neighbours as there are servers."""

    def __init__(self, servers: Sequence["Redis"], shards: int) -> None:
        """``servers``: at least one, and at most as many as shards."""
        self.servers = tuple(servers)
        self.shards = shards

    @classmethod
    def one(cls, redis: "Redis") -> "StreamServers":
        """All streams on one server, however many they are."""
        return cls((redis,), 1)

    def group_of(self, shard: int) -> int:
        """The server's place in ``servers``."""
        return shard * len(self.servers) // self.shards if len(self.servers) > 1 else 0

    def of(self, shard: int) -> "Redis":
        return self.servers[self.group_of(shard)]

    def by_group(self, shards: Iterable[int]) -> Mapping[int, list[int]]:
        """``shards`` by the group they are of."""
        groups: dict[int, list[int]] = {}
        for shard in shards:
            groups.setdefault(self.group_of(shard), []).append(shard)
        return groups


def stream_servers(given: "StreamServers | Redis") -> StreamServers:
    return given if isinstance(given, StreamServers) else StreamServers.one(given)
