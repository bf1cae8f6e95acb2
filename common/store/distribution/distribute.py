"""Distributes large tables: those that the ingest writes by shard, rollups by site. All others stay on one server.

All rows of one of our shards are in the same shard of Citus. So a transaction of the ingest writes to one server only,
and is stored as a whole or not at all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from common.store.connection import Connection, is_distributed
from common.store.queries import load_queries

CITUS_SHARDS = 8
"""With it, two servers store 7 and 9 of our 16 shards, and three store 6, 5 and 5."""
MIN_CITUS_SHARDS, MAX_CITUS_SHARDS = 2, 128

_COLOCATE_WITH = {"shard": "visitors", "site_id": "rollups"}
"""By column: the table with whose shards those of all others are colocated."""
_STORE_SQL = load_queries("common.store")
_SQL = load_queries("common.store.distribution")


class CannotDistributeError(Exception):
    """The database cannot be distributed. The message explains why, in one line."""


class DistributedTable(NamedTuple):
    """A table to distribute."""

    name: str
    by: str
    """The column whose hash determines the shard of a row."""
    bytes: int


async def plan(connection: Connection) -> list[DistributedTable]:
    """Return the tables that must still be distributed. Raises ``CannotDistributeError``. Changes nothing."""
    if not await connection.fetchval(_SQL["is_citus_available"]):
        raise CannotDistributeError("this server does not offer the extension citus; a distributed install needs it")
    done: set[str] = set()
    if await connection.fetchval(_STORE_SQL["has_distribution"]):
        done = {name for (name,) in await connection.fetch(_SQL["distributed_tables"])}
    tables = [DistributedTable(*row) for row in await connection.fetch(_SQL["distributable_tables"])]
    if not tables:
        raise CannotDistributeError("the database has no tables yet; run the migrations first")
    return [table for table in tables if table.name not in done]


async def check_ready(connection: Connection) -> None:
    """Raises ``CannotDistributeError`` where ``distribute`` would, if it had tables to distribute. Changes nothing."""
    await _check_services(connection)
    ready = await connection.fetchval(_STORE_SQL["has_distribution"]) and await connection.fetchval(_SQL["count_nodes"])
    if not ready:
        raise CannotDistributeError("no server accepts shards; add servers with citus_add_node in this database first")
    if unreachable := [node for (node,) in await connection.fetch(_SQL["unreachable_nodes"])]:
        raise CannotDistributeError(f"{' and '.join(unreachable)} cannot be reached; all servers must be available")


async def distribute(connection: Connection, citus_shards: int = CITUS_SHARDS) -> Sequence[DistributedTable]:
    """Distribute the remaining tables with their rows, all or none. Return the tables that were distributed.

    The API and the worker must be stopped; collectors can run. Raises ``CannotDistributeError`` or a database error.
    """
    tables = await plan(connection)
    if not tables:
        return []
    await check_ready(connection)
    async with connection.transaction():
        await connection.execute(_SQL["create_functions"])
        # First the table with which every transaction of the ingest begins: then none can be halfway through.
        for table in sorted(tables, key=lambda table: table.name != "ingest_offsets"):
            await connection.execute(_SQL["lock_table"], table.name)
        # A service that starts from here on waits for a table before it checks whether it is distributed.
        await _check_services(connection)
        return await _distribute(connection, citus_shards)


async def _check_services(connection: Connection) -> None:
    if running := [name for (name,) in await connection.fetch(_SQL["running_services"])]:
        raise CannotDistributeError(f"the {' and the '.join(running)} still use this database; stop them first")


async def distribute_new_tables(connection: Connection) -> Sequence[DistributedTable]:
    """Distribute tables that a migration added, if the database is distributed."""
    return await _distribute(connection) if await is_distributed(connection) else []


async def _distribute(connection: Connection, citus_shards: int = CITUS_SHARDS) -> Sequence[DistributedTable]:
    tables = await plan(connection)
    if tables:
        await connection.execute(_SQL["create_roles_on_nodes"])
        await connection.execute(_SQL["create_functions"])
    for table in tables:
        anchor = _COLOCATE_WITH[table.by]
        colocate_with = "none" if table.name == anchor else anchor
        await connection.execute(_SQL["distribute_table"], table.name, table.by, colocate_with, citus_shards)
    return tables
