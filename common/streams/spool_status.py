"""The collectors' spools as the collectors publish them in Redis, for the accounting of beacons.

A collector cannot publish while Redis is unavailable, so the status may be out of date. The collector's own metrics are
always current.
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


async def publish_spool_status(redis: "Redis", collector: str, status: SpoolStatus) -> None:
    """Publish a spool's status; an empty spool is removed. Raises ``RedisError`` or ``OSError``."""
    if status.beacons:
        await redis.hset(_SPOOLED, collector, _encode(status).decode())  # type: ignore[misc]
    else:
        await redis.hdel(_SPOOLED, collector)  # type: ignore[misc]


async def published_spool_statuses(redis: "Redis") -> dict[str, SpoolStatus]:
    """Return the status of each spool that is not empty, by collector. Raises ``RedisError`` or ``OSError``."""
    found: dict[bytes, bytes] = await redis.hgetall(_SPOOLED)  # type: ignore[misc]
    return {name.decode(): _decode(value) for name, value in found.items()}
