"""What collectors last told of their spools, for those who ask how many beacons are where.

A collector cannot tell while Redis is away, so this is for information; its own metrics always know.
"""

import msgspec
from redis.asyncio import Redis

_SPOOLED = "spooled"


class SpoolStatus(msgspec.Struct, frozen=True):
    """One collector's spool."""

    beacons: int
    bytes: int
    reported_at: int
    """Epoch milliseconds."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(SpoolStatus).decode


async def publish_spool_status(redis: "Redis", collector: str, spooled: SpoolStatus) -> None:
    """An empty spool is told by not being there. Raises ``RedisError`` or ``OSError``."""
    if spooled.beacons:
        await redis.hset(_SPOOLED, collector, _encode(spooled).decode())  # type: ignore[misc]
    else:
        await redis.hdel(_SPOOLED, collector)  # type: ignore[misc]


async def published_spool_statuses(redis: "Redis") -> dict[str, SpoolStatus]:
    """By collector. Raises ``RedisError`` or ``OSError``."""
    found: dict[bytes, bytes] = await redis.hgetall(_SPOOLED)  # type: ignore[misc]
    return {name.decode(): _decode(value) for name, value in found.items()}
