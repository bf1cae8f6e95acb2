"""Big tables on many servers: what the ingest writes by shard, rollups by site; all other tables stay where they are.

One shard of ours lies in one of Citus' shards, with all that belongs to it. So what an ingest stores in one transaction
goes to one server, and is there as a whole or not at all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from common.store.connection import Connection, is_distributed
from common.store.queries import load_queries

CITUS_SHARDS = 8
"""Of 16 shards of ours, two servers have 7 and 9 then, three have 6, 5 and 5."""
FEWEST, MOST = 2, 128

_ANCHORS = {"shard": "visitors", "site_id": "rollups"}
"""By column, the table beside whose shards the others' lie."""
_STORE_SQL = load_queries("common.store")
_SQL = load_queries("common.store.distribution")


class CannotDistributeError(Exception):
    """Says in one line why this database cannot be distributed, or not now."""


class Spread(NamedTuple):
    """A table that is to be distributed."""

    name: str
    by: str
    """The column whose hash says on which shard a row lies."""
    bytes: int


async def plan(connection: Connection) -> list[Spread]:
    """The tables that are not distributed yet and should be. Raises ``CannotDistributeError``. Changes nothing."""
    if not await connection.fetchval(_SQL["offers"]):
        raise CannotDistributeError("this server does not offer the extension citus; a distributed install needs it")
    done: set[str] = set()
    if await connection.fetchval(_STORE_SQL["has_distribution"]):
        done = {name for (name,) in await connection.fetch(_SQL["distributed"])}
    tables = [Spread(*row) for row in await connection.fetch(_SQL["tables"])]
    if not tables:
        raise CannotDistributeError("the database has no tables yet; run the migrations first")
    return [table for table in tables if table.name not in done]


async def check_ready(connection: Connection) -> None:
    """Raises ``CannotDistributeError`` where ``distribute`` would, if it had something to do. Changes nothing."""
    await _check_services(connection)
    known = await connection.fetchval(_STORE_SQL["has_distribution"]) and await connection.fetchval(_SQL["nodes"])
    if not known:
        raise CannotDistributeError("no server takes shards: join them by citus_add_node first, in this database")
    if away := [node for (node,) in await connection.fetch(_SQL["away"])]:
        raise CannotDistributeError(f"{' and '.join(away)} cannot be reached; every server has to be there")


async def distribute(connection: Connection, citus_shards: int = CITUS_SHARDS) -> Sequence[Spread]:
    """Distributes what is not, with its rows; all of it or nothing. Gives the tables that it distributed.

    The services must not run meanwhile; collectors may. Raises ``CannotDistributeError`` or a database error.
    """
    tables = await plan(connection)
    if not tables:
        return []
    await check_ready(connection)
    async with connection.transaction():
        await connection.execute(_SQL["make_functions"])
        # Where every transaction of the ingest begins comes first: none is in the middle of its own then.
        for table in sorted(tables, key=lambda table: table.name != "ingest_offsets"):
            await connection.execute(_SQL["lock_table"], table.name)
        # Whoever comes from here on has to wait for a table before it knows what kind it is.
        await _check_services(connection)
        return await _distribute(connection, citus_shards)


async def _check_services(connection: Connection) -> None:
    if running := [name for (name,) in await connection.fetch(_SQL["services"])]:
        raise CannotDistributeError(f"the {' and the '.join(running)} still work on this database; stop them first")


async def distribute_new_tables(connection: Connection) -> Sequence[Spread]:
    """After migrations: tables that came with them lie beside the others, where those are distributed."""
    return await _distribute(connection) if await is_distributed(connection) else []


async def _distribute(connection: Connection, citus_shards: int = CITUS_SHARDS) -> Sequence[Spread]:
    tables = await plan(connection)
    if tables:
        await connection.execute(_SQL["open_roles"])
        await connection.execute(_SQL["make_functions"])
    for table in tables:
        anchor = _ANCHORS[table.by]
        beside = "none" if table.name == anchor else anchor
        await connection.execute(_SQL["distribute_table"], table.name, table.by, beside, citus_shards)
    return tables
