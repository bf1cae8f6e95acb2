"""Databases for a test run on a Citus cluster that is already running. CITUS_URL is the URL of its coordinator.

Citus does not propagate the creation of databases, so each is created on every server. A clone of a template includes
the tables of Citus, so it is distributed from the start.
"""

import asyncio
import itertools
import os
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from common.store import connect
from common.store.distribution import distribute
from common.store.migrate import migrate
from tests.support.servers import settings_for

CITUS_URL = os.environ.get("CITUS_URL")
"""URL of any database of the coordinator that has the other servers as nodes, as a superuser."""
CITUS_SHARDS = 4
# On a cluster a partition of a month is many tables and takes 0.2 s, so the template contains these months.
_MONTHS = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
_INSTANCES = itertools.count(1)
_KEPT = 2
"""Databases are dropped some tests later, because the process of Citus in them must have started before it can end."""


class Node(NamedTuple):
    host: str
    port: int


class CitusCluster:
    """The cluster of CITUS_URL. Raises ``AssertionError`` if it is not a Citus cluster."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.coordinator, *self.workers = _run(self._nodes)

    def database_url(self, name: str, node: Node | None = None) -> str:
        """Return the URL of a database on ``node``; by default on the coordinator."""
        parts = urlsplit(self._url)
        netloc = parts.netloc
        if node is not None and node != self.coordinator:
            netloc = f"{netloc.rpartition('@')[0]}@{node.host}:{node.port}"
        return urlunsplit(parts._replace(netloc=netloc, path=f"/{name}"))

    def make(self, name: str) -> None:
        """Create an empty database in which the coordinator has its nodes."""

        async def make() -> None:
            await self._everywhere("postgres", f"create database {name}")
            await self._everywhere(name, "create extension citus")
            connection = await asyncpg.connect(self.database_url(name))
            try:
                await connection.execute("select citus_set_coordinator_host($1, $2)", *self.coordinator)
                for node in self.workers:
                    await connection.execute("select citus_add_node($1, $2)", *node)
            finally:
                await connection.close()

        _run(make)

    def seal(self, name: str) -> None:
        """Disallow connections, so that the database can be cloned."""

        async def seal() -> None:
            await self._everywhere("postgres", f"alter database {name} allow_connections false")
            await self._everywhere(
                "postgres", f"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{name}'"
            )

        _run(seal)

    def clone(self, template: str, name: str) -> None:
        _run(lambda: self._everywhere("postgres", f"create database {name} template {template} strategy wal_log"))

    def drop(self, name: str) -> None:
        _run(lambda: self._everywhere("postgres", f"drop database if exists {name} with (force)"))

    def left_over(self) -> list[str]:
        """Return the databases of earlier test runs."""
        names: list[str] = _run(self._databases)
        return [name for name in names if not Path("/proc", name.split("_")[1]).exists()]

    async def _databases(self) -> list[str]:
        connection = await asyncpg.connect(self._url)
        try:
            found = await connection.fetch("select datname from pg_database where datname ~ '^(test|template)_[0-9]+'")
        finally:
            await connection.close()
        return [row[0] for row in found]

    async def _nodes(self) -> list[Node]:
        connection = await asyncpg.connect(self._url)
        try:
            rows = await connection.fetch("select nodename, nodeport from pg_dist_node order by groupid")
        finally:
            await connection.close()
        assert len(rows) > 1, "CITUS_URL names a server without other nodes"
        return [Node(*row) for row in rows]

    async def _everywhere(self, database: str, statement: str) -> None:
        async def execute(node: Node) -> None:
            connection = await asyncpg.connect(self.database_url(database, node))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        await asyncio.gather(*(execute(node) for node in (self.coordinator, *self.workers)))


class CitusDatabases:
    """Like ``TestDatabases``: a migrated, distributed template, and clones of it for tests."""

    def __init__(self, cluster: CitusCluster, shards: int) -> None:
        self.cluster = cluster
        own = f"{os.getpid()}_{next(_INSTANCES)}"
        self._names = (f"test_{own}_{n}" for n in itertools.count(1))
        self._template = f"template_{own}"
        self._used: deque[str] = deque()
        for name in cluster.left_over():
            cluster.drop(name)
        cluster.make(self._template)
        url = cluster.database_url(self._template)
        migrate(settings_for(url, "redis://unused", shards=shards))

        async def distribute_it() -> None:
            connection = await connect(url)
            try:
                await distribute(connection, CITUS_SHARDS)
                for parent, month in itertools.product(("visits", "events"), _MONTHS):
                    await connection.execute("select ensure_partition($1, $2)", parent, month)
            finally:
                await connection.close()

        _run(distribute_it)
        cluster.seal(self._template)

    @contextmanager
    def clone(self) -> Iterator[str]:
        """Yield the URL of a new, migrated, distributed database."""
        name = next(self._names)
        self.cluster.clone(self._template, name)
        try:
            yield self.cluster.database_url(name)
        finally:
            self._used.append(name)
            while len(self._used) > _KEPT:
                self.cluster.drop(self._used.popleft())

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the URL of a database without tables, on a cluster."""
        name = next(self._names)
        self.cluster.make(name)
        try:
            yield self.cluster.database_url(name)
        finally:
            self._used.append(name)

    def close(self) -> None:
        for name in (*self._used, self._template):
            self.cluster.drop(name)


@contextmanager
def citus_databases(shards: int) -> Iterator[CitusDatabases]:
    """Yield databases of the cluster; skip the test if there is none."""
    if CITUS_URL is None:
        pytest.skip("NOT TESTED ON CITUS: CITUS_URL names no coordinator")
    databases = CitusDatabases(CitusCluster(CITUS_URL), shards)
    try:
        yield databases
    finally:
        databases.close()


def _run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await work()

    return asyncio.run(run())
