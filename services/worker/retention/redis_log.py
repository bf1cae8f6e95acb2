"""Once a day Redis writes its append-only file anew. Until then, what expired or was taken off a stream is still in it:
above all the salts of past days, by which a visitor's hash could be made again, and beacons of whoever was erased.

Redis does so by itself once the file has grown, which may take a small site years.
"""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.clock import Clock, utc

_KEPT = timedelta(days=2)
_log = structlog.get_logger()


async def rewrite_logs(servers: Iterable["Redis"], clock: Clock) -> int:
    """Has each server begin, unless it did so today (UTC). Says how many began."""
    begun = 0
    for redis in servers:
        try:
            begun += await _rewrite(redis, f"worker:log-rewritten:{utc(clock()).date()}")
        except (RedisError, OSError) as error:
            # Away, or run by others who do not let us: it is tried again. docs/explanation/privacy.md
            # describes what that means.
            _log.info("redis does not write its log anew", error=type(error).__name__)
    return begun


async def _rewrite(redis: "Redis", today: str) -> bool:
    info = await redis.info("persistence")
    # A server that keeps no log would begin with one.
    if not info.get("aof_enabled") or info.get("aof_rewrite_in_progress"):
        return False
    if not await redis.set(today, b"", nx=True, px=_KEPT):
        return False
    try:
        await redis.bgrewriteaof()  # type: ignore[no-untyped-call]
    except RedisError:
        await redis.delete(today)
        raise
    return True
