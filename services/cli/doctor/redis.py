"""Checks of Redis: servers, clock, persistence, backlog and spool."""

from datetime import UTC, datetime
from typing import Any

from redis.exceptions import RedisError

from common.clock import Clock, utc
from common.config import ConfigError, RedisSettings
from common.connections import close_streams, connect_redis, connect_streams
from common.persistence import persistence_problem
from common.streams import StreamReader
from common.streams.spool_status import published_spool_statuses
from services.cli.doctor.check_result import CheckResult, clock_result, first_line, ok, problem, warning

_MAX_BACKLOG_ENTRIES = 10_000
"""An entry contains up to a few hundred beacons."""
_MIN_REDIS_VERSION = 7


async def check_redis(settings: RedisSettings, shards: int, clock: Clock) -> list[CheckResult]:
    try:
        redis, servers = connect_redis(settings), connect_streams(settings, shards)
    except ConfigError as error:
        return [problem("redis", str(error), "correct the settings")]
    try:
        results: list[CheckResult] = []
        for server in {id(each): each for each in (redis, *servers.servers)}.values():
            results += [result for result in await _check_server(server, clock) if result not in results]
        waiting = sum((await StreamReader(servers).waiting(range(shards))).values())
        results.append(
            warning("backlog", f"{waiting:,} stream entries to store", "check the workers' logs, or start more workers")
            if waiting > _MAX_BACKLOG_ENTRIES
            else ok("backlog", f"{waiting:,} stream entries to store")
        )
        spooled = sum(each.beacons for each in (await published_spool_statuses(redis)).values())
        if spooled:
            text = f"{spooled:,} beacons on the disks of collectors"
            results.append(warning("spool", text, "check whether Redis was unavailable; they are sent automatically"))
        return results
    except (RedisError, OSError) as error:
        return [problem("redis", f"unreachable: {first_line(error)}", "start Redis, or correct redis.url")]
    finally:
        await redis.aclose()
        await close_streams(servers)


async def _check_server(redis: Any, clock: Clock) -> list[CheckResult]:
    asked = utc(clock())
    seconds, micros = await redis.time()
    server_time = datetime.fromtimestamp(seconds + micros / 1e6, UTC)
    clock_check = clock_result("redis clock", server_time, asked, utc(clock()))
    try:
        info = await redis.info()
    except RedisError:
        return [warning("redis", "unknown version, because INFO is not permitted", "permit INFO"), clock_check]
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = str(info.get("valkey_version", info.get("redis_version", "?")))
    used, limit = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    results = [
        ok("redis", f"{name} {version}, {used / 1e6:,.0f} MB")
        if int(version.split(".")[0]) >= _MIN_REDIS_VERSION
        else problem("redis", f"{name} {version}", f"upgrade to version {_MIN_REDIS_VERSION} or later"),
        clock_check,
    ]
    if limit and used > 0.8 * limit:
        advice = "raise maxmemory, or start more workers to reduce the backlog"
        results.append(warning("redis memory", f"{used / limit:.0%} of maxmemory in use", advice))
    unsafe = await persistence_problem(redis)
    results.append(
        warning("redis persistence", unsafe, "set appendonly yes, appendfsync always, maxmemory-policy noeviction")
        if unsafe
        else ok("redis persistence", "acknowledged writes are on disk")
    )
    return results
