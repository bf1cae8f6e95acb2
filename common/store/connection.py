"""Types of connections to Postgres, and whether the database behind one is distributed."""

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from common.store.queries import load_queries

_SQL = load_queries("common.store")

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy
"""A connection of its own, or one that was acquired from a pool."""
Executor: TypeAlias = Connection | Pool
"""Whatever runs single statements."""


async def is_distributed(connection: Executor) -> bool:
    """Whether Citus has distributed the big tables over several servers.

    False without the extension and before ``distribute``.
    """
    return bool(await connection.fetchval(_SQL["is_distributed"]))
