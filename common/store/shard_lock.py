"""The lock of a shard: its row of ingest offsets, which every transaction that writes the shard's rows locks first."""

from asyncpg import Record

from common.store.connection import Connection
from common.store.queries import load_queries

_SQL = load_queries("common.store")


async def lock_shard(connection: Connection, shard: int, timeout_seconds: float | None = None) -> Record:
    """Lock the shard until this transaction ends, so that neither the ingest nor a correction writes to it.

    Returns its offset: ``last_id``, ``accepted`` and ``stream_total``. Waits for a transaction that has the lock, and
    raises ``TimeoutError`` after ``timeout_seconds``.
    """
    [offset] = await connection.fetch(_SQL["lock_shard"], shard, timeout=timeout_seconds)
    return offset


async def try_lock_shard(connection: Connection, shard: int) -> Record | None:
    """Lock the shard as ``lock_shard`` does, without waiting; return None when another transaction has the lock."""
    return await connection.fetchrow(_SQL["try_lock_shard"], shard)
