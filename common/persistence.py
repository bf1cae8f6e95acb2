"""Check that Redis persists what it has acknowledged, at the start and in the readiness check of each service."""

from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.health import Check

_log = structlog.get_logger()


async def persistence_problem(redis: "Redis") -> str | None:
    """Return None, or one line that describes the problem. Raises ``RedisError`` or ``OSError``."""
    try:
        append_only = await _setting(redis, "appendonly")
        eviction = await _setting(redis, "maxmemory-policy")
    except RedisError as error:
        if not _is_refused_command(error):
            raise
        return await _problem_by_info(redis)
    if append_only != "yes":
        return "appendonly is off: a restart of Redis loses the beacons that wait in it"
    if eviction not in ("noeviction", None):
        return f"maxmemory-policy is {eviction}: a full Redis drops beacons that wait in it"
    return _write_problem(await redis.info("persistence"))


async def log_persistence_problems(*servers: "Redis") -> None:
    """Log a warning per server with a problem. The readiness check reports servers that are unavailable."""
    for redis in servers:
        try:
            problem = await persistence_problem(redis)
        except (RedisError, OSError):
            continue
        if problem:
            _log.warning("redis: may lose beacons", reason=problem)


def persistence_check(*servers: "Redis") -> Check:
    """Return a readiness check that reports the first problem."""

    async def check() -> str | None:
        problems = [await persistence_problem(redis) for redis in servers]
        return next((problem for problem in problems if problem), None)

    return check


async def _problem_by_info(redis: "Redis") -> str | None:
    """Check a managed server that refuses CONFIG."""
    try:
        info = await redis.info("persistence")
    except RedisError as error:
        if not _is_refused_command(error):
            raise
        return "refuses CONFIG and INFO: cannot check whether it persists what it has acknowledged"
    if not info.get("aof_enabled"):
        return "appendonly seems to be off: a restart of Redis loses the beacons that wait in it"
    return _write_problem(info)


def _write_problem(info: Any) -> str | None:
    return None if info.get("aof_last_write_status", "ok") == "ok" else "cannot write its append-only file"


async def _setting(redis: "Redis", name: str) -> str | None:
    found: Any = await redis.config_get(name)
    value = next(iter(found.values()), None)
    return value.decode() if isinstance(value, bytes) else value


def _is_refused_command(error: RedisError) -> bool:
    """Return whether the server refused the command."""
    text = str(error).lower()
    return any(
        word in text for word in ("unknown command", "no permissions", "noperm", "not allowed", "unknown subcommand")
    )
