"""A consistent snapshot of the whole database, on one server or on a cluster."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common.store import Connection, connect, load_queries
from common.store.connection import is_distributed
from common.store.shard_lock import lock_shard

_SQL = load_queries(__package__)


@asynccontextmanager
async def consistent_snapshot(database_url: str) -> AsyncIterator[Connection]:
    """Return a connection that reads one consistent state, independent of later writes.

    One PostgreSQL server has one snapshot. The servers of a cluster have one each, so writes that involve several of
    them, or a shard and its offset, are blocked while the snapshots start: for some hundredths of a second.
    """
    connection = await connect(database_url)
    try:
        snapshot = connection.transaction(isolation="repeatable_read", readonly=True)
        if not await is_distributed(connection):
            async with snapshot:
                yield connection
            return
        blocking = await connect(database_url)
        try:
            async with blocking.transaction():
                for (shard,) in await blocking.fetch(_SQL["shards"]):
                    await lock_shard(blocking, shard)
                await blocking.execute(_SQL["lock_rollups"])
                await snapshot.start()
                await connection.execute(_SQL["use_one_session_per_server"])
                await connection.fetch(_SQL["start_server_snapshots"])
        finally:
            await blocking.close()
        try:
            yield connection
        finally:
            await snapshot.rollback()
    finally:
        await connection.close()
