"""The database and Redis."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from redis.exceptions import RedisError

from common.clock import Clock, utc
from common.config import ConfigError, RedisSettings
from common.connections import close_streams, connect_redis, connect_streams
from common.persistence import persistence_problem
from common.store import connect, load_queries
from common.store.install import InstallError, check_install
from common.store.migrate import Phase, newest_revision
from common.streams import StreamReader
from common.streams.spool_status import published_spool_statuses
from services.cli.doctor.cluster import look_at_cluster
from services.cli.doctor.finding import Finding, Level, ok, problem, warning

SQL = load_queries(__package__)
SKEW = timedelta(seconds=2)
LATE = timedelta(minutes=15)
"""After so long without progress something is wrong."""
MUCH = 10_000
"""Stream entries; each has up to a few hundred beacons."""
_OLDEST_POSTGRES, _OLDEST_REDIS = 14, 7


async def look_at_database(url: str, shards: int, clock: Clock) -> list[Finding]:
    try:
        connection = await connect(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [problem("database", _first_line(error), "start it, or correct database.url")]
    try:
        asked = utc(clock())
        [server] = await connection.fetch(SQL["server"])
        now = utc(clock())
        cluster = await look_at_cluster(connection)
        found = [*_server(server), *cluster, _clock("clock of the database", server["now"], asked, now)]
        try:
            await check_install(connection, shards)
        except InstallError as error:
            return [*found, problem("schema", str(error), "run `pyuniqvisit migrate`, or correct install.shards")]
        schema = _schema(await connection.fetchval(SQL["revision"]))
        found.append(schema)
        if not any(each.level is Level.PROBLEM for each in (schema, *cluster)):
            found += _state((await connection.fetch(SQL["state"], now))[0], now)
        return found
    finally:
        await connection.close()


async def look_at_redis(settings: RedisSettings, shards: int, clock: Clock) -> list[Finding]:
    try:
        redis, servers = connect_redis(settings), connect_streams(settings, shards)
    except ConfigError as error:
        return [problem("redis", str(error), "correct the settings")]
    try:
        found: list[Finding] = []
        for server in {id(each): each for each in (redis, *servers.servers)}.values():
            found += [finding for finding in await _redis(server, clock) if finding not in found]
        waiting = sum((await StreamReader(servers).waiting(range(shards))).values())
        found.append(
            warning("backlog", f"{waiting:,} stream entries wait", "look at the workers; start more of them")
            if waiting > MUCH
            else ok("backlog", f"{waiting:,} stream entries wait to be stored")
        )
        spooled = sum(each.beacons for each in (await published_spool_statuses(redis)).values())
        if spooled:
            found.append(
                warning("spool", f"{spooled:,} beacons wait on collectors' disks", "look at Redis: was it away?")
            )
        return found
    except (RedisError, OSError) as error:
        return [problem("redis", f"cannot be reached: {_first_line(error)}", "start it, or correct redis.url")]
    finally:
        await redis.aclose()
        await close_streams(servers)


def _schema(revision: str) -> Finding:
    newest = newest_revision()
    if revision == newest:
        return ok("schema", f"revision {revision}, the newest")
    if revision == newest_revision(Phase.PRE):
        # Named by when it is to be run, not by what it does: an operator has to know nothing else.
        advice = "when no service of the version before runs any more: `pyuniqvisit migrate`"
        return warning("schema", f"revision {revision}; {newest} is for after the upgrade", advice)
    return problem("schema", f"revision {revision}, this version needs {newest}", "run `pyuniqvisit migrate`")


def _server(server: asyncpg.Record) -> Iterator[Finding]:
    version = str(server["version"]).split()[0]
    major = int(version.split(".")[0])
    text = f"PostgreSQL {version}, {server['bytes'] / 1e6:,.0f} MB"
    if major < _OLDEST_POSTGRES:
        yield problem("database", text, f"needs PostgreSQL {_OLDEST_POSTGRES} or newer")
    else:
        yield ok("database", text)
    used, most = server["connections"], server["max_connections"]
    if used > 0.9 * most:
        yield warning("connections", f"{used} of {most} in use", "raise max_connections, or lower database.pool_size")
    else:
        yield ok("connections", f"{used} of {most} in use")
    if server["fsync"] != "on" or server["synchronous_commit"] == "off":
        yield warning("durability", "fsync or synchronous_commit is off", "switch both on: a crash loses stored visits")


def _state(state: asyncpg.Record, now: datetime) -> Iterator[Finding]:
    letters, dirty, since = state["dead_letters"], state["dirty_days"], state["dirty_since"]
    if letters:
        yield warning("dead letters", f"{letters:,} beacons could not be stored", "see docs/how-to/troubleshoot.md")
    else:
        yield ok("dead letters", "none")
    if since is not None and now - since > LATE:
        yield warning("rollups", f"{dirty} days wait since {since:%F %R} UTC", "is a worker running? see its log")
    else:
        yield ok("rollups", f"{dirty} days to count anew, {state['deltas']:,} batches to put together")
    if not state["next_month"]:
        yield warning("partitions", "next month has none", "is a worker running? it makes them each night")
    if state["late_runs"]:
        yield warning("retention", "what is too old has not gone for a day", "is a worker running? see its log")
    elif state["with_retention"]:
        yield ok("retention", f"{state['with_retention']} sites do not keep everything")
    if state["deletions"]:
        yield ok("deletions", f"{state['deletions']} sites are being deleted")


async def _redis(redis: Any, clock: Clock) -> list[Finding]:
    asked = utc(clock())
    seconds, micros = await redis.time()
    own = _clock("clock of redis", datetime.fromtimestamp(seconds + micros / 1e6, UTC), asked, utc(clock()))
    try:
        info = await redis.info()
    except RedisError:
        return [
            warning("redis", "does not say its version (INFO is refused)", "allow INFO"),
            own,
        ]
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = str(info.get("valkey_version", info.get("redis_version", "?")))
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    found = [
        ok("redis", f"{name} {version}, {used / 1e6:,.0f} MB")
        if int(version.split(".")[0]) >= _OLDEST_REDIS
        else problem("redis", f"{name} {version}", f"needs version {_OLDEST_REDIS} or newer"),
        own,
    ]
    if most and used > 0.8 * most:
        found.append(warning("redis memory", f"{used / most:.0%} of maxmemory", "let workers catch up, or raise it"))
    unsafe = await persistence_problem(redis)
    found.append(
        warning("redis persistence", unsafe, "set appendonly yes, appendfsync always, maxmemory-policy noeviction")
        if unsafe
        else ok("redis persistence", "keeps what it has acknowledged")
    )
    return found


def _clock(about: str, told: datetime, asked: datetime, answered: datetime) -> Finding:
    """``told``: by the server, at some moment between ``asked`` and ``answered`` of our own clock."""
    skew = max(asked - told, told - answered, timedelta())
    text = f"{skew.total_seconds():.1f} s apart from this machine's"
    if skew > SKEW:
        return problem(about, text, "synchronise the clocks (NTP): visits get wrong times, and salts wrong days")
    return ok(about, text)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
