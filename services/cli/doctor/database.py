"""Checks of the database: server, cluster, schema, clock, and work that waits for the workers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import asyncpg

from common.clock import Clock, utc
from common.store import Connection, connect, load_queries
from common.store.connection import is_distributed
from common.store.distribution import plan
from common.store.install import InstallError, check_install
from common.store.migrate import Phase, newest_revision
from services.cli.doctor.check_result import CheckResult, Severity, clock_result, first_line, ok, problem, warning

_SQL = load_queries(__package__)
_MAX_REBUILD_DELAY = timedelta(minutes=15)
_MIN_POSTGRES_VERSION = 14


async def check_database(url: str, shards: int, clock: Clock) -> list[CheckResult]:
    try:
        connection = await connect(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [problem("database", first_line(error), "start the database, or correct database.url")]
    try:
        asked = utc(clock())
        [server] = await connection.fetch(_SQL["server"])
        now = utc(clock())
        cluster = await _check_cluster(connection)
        results = [*_check_server(server), *cluster, clock_result("database clock", server["now"], asked, now)]
        try:
            await check_install(connection, shards)
        except InstallError as error:
            return [*results, problem("schema", str(error), "run `pyuniqvisit migrate`, or correct install.shards")]
        schema = _check_schema(await connection.fetchval(_SQL["revision"]))
        results.append(schema)
        if not any(each.severity is Severity.PROBLEM for each in (schema, *cluster)):
            results += _check_pending_work((await connection.fetch(_SQL["pending_work"], now))[0], now)
        return results
    finally:
        await connection.close()


async def _check_cluster(connection: Connection) -> list[CheckResult]:
    """Check the other servers of a distributed database; the coordinator is checked like any database."""
    if not await is_distributed(connection):
        return []
    results = [
        ok(f"server {node}", f"available, {int(result) / 1e6:,.0f} MB")
        if success
        else problem(f"server {node}", "unreachable", "start it; until then, beacons of its shards wait in Redis")
        for node, success, result in await connection.fetch(_SQL["nodes"])
    ]
    if missing := [table.name for table in await plan(connection)]:
        results.append(
            problem("distribution", f"not distributed: {', '.join(missing)}", "run `pyuniqvisit distribute`")
        )
    return results


def _check_schema(revision: str) -> CheckResult:
    newest = newest_revision()
    if revision == newest:
        return ok("schema", f"revision {revision}, up to date")
    if revision == newest_revision(Phase.PRE):
        advice = "run `pyuniqvisit migrate` when no service of the previous version is running"
        return warning("schema", f"revision {revision}; the upgrade to {newest} is not finished", advice)
    return problem("schema", f"revision {revision}, but this version needs {newest}", "run `pyuniqvisit migrate`")


def _check_server(server: asyncpg.Record) -> Iterator[CheckResult]:
    version = str(server["version"]).split()[0]
    major = int(version.split(".")[0])
    text = f"PostgreSQL {version}, {server['bytes'] / 1e6:,.0f} MB"
    if major < _MIN_POSTGRES_VERSION:
        yield problem("database", text, f"upgrade to PostgreSQL {_MIN_POSTGRES_VERSION} or later")
    else:
        yield ok("database", text)
    used, limit = server["connections"], server["max_connections"]
    if used > 0.9 * limit:
        yield warning("connections", f"{used} of {limit} in use", "raise max_connections, or lower database.pool_size")
    else:
        yield ok("connections", f"{used} of {limit} in use")
    if server["fsync"] != "on" or server["synchronous_commit"] == "off":
        text = "fsync or synchronous_commit is off, so a crash can lose stored visits"
        yield warning("durability", text, "turn both on")


def _check_pending_work(pending: asyncpg.Record, now: datetime) -> Iterator[CheckResult]:
    dead_letters, stale_days, stale_since = pending["dead_letters"], pending["stale_days"], pending["stale_since"]
    if dead_letters:
        yield warning(
            "dead letters", f"{dead_letters:,} beacons could not be stored", "see docs/how-to/troubleshoot.md"
        )
    else:
        yield ok("dead letters", "none")
    if stale_since is not None and now - stale_since > _MAX_REBUILD_DELAY:
        text = f"{stale_days} days have waited for a rebuild since {stale_since:%F %R} UTC"
        yield warning("rollups", text, "check that a worker is running, and its log")
    else:
        yield ok("rollups", f"{stale_days} days to rebuild, {pending['deltas']:,} deltas to compact")
    if not pending["has_next_month"]:
        text = "the partition of the next month is missing"
        yield warning("partitions", text, "check that a worker is running; it creates partitions every night")
    if pending["late_retention_runs"]:
        text = "expired data has waited to be deleted for more than a day"
        yield warning("data retention", text, "check that a worker is running, and its log")
    elif pending["sites_with_retention"]:
        yield ok("data retention", f"{pending['sites_with_retention']} sites delete old data")
    if pending["site_deletions"]:
        yield ok("site deletions", f"{pending['site_deletions']} in progress")
