"""Rewrites Redis' append-only file once a day, which removes expired and deleted data from it.

Until then the file still contains the salts of past days, from which visitor hashes could be calculated again, and
beacons of erased visitors.

Redis itself rewrites the file only when it has grown, which may take years on a small site.
"""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.clock import Clock, utc

_MARKER_KEPT = timedelta(days=2)
_log = structlog.get_logger()


async def rewrite_logs(servers: Iterable["Redis"], clock: Clock) -> int:
    """Start the rewrite on each server that has not started one today (UTC); return how many started."""
    started = 0
    for redis in servers:
        try:
            started += await _rewrite(redis, f"worker:log-rewritten:{utc(clock()).date()}")
        except (RedisError, OSError) as error:
            # The server is unavailable or does not permit it. The next run retries; docs/explanation/privacy.md
            # describes the consequences.
            _log.info("redis log: rewrite not started", error=type(error).__name__)
    return started


async def _rewrite(redis: "Redis", marker: str) -> bool:
    info = await redis.info("persistence")
    # The command would create a file on a server without one.
    if not info.get("aof_enabled") or info.get("aof_rewrite_in_progress"):
        return False
    if not await redis.set(marker, b"", nx=True, px=_MARKER_KEPT):
        return False
    try:
        await redis.bgrewriteaof()  # type: ignore[no-untyped-call]
    except RedisError:
        await redis.delete(marker)
        raise
    return True
