"""One moment of the whole database, on however many servers it lies."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from common.store import connect, load_queries
from common.store.connection import is_distributed

_SQL = load_queries(__package__)


@asynccontextmanager
async def one_moment(database_url: str) -> AsyncIterator[Any]:
    """A connection on which everything that is read belongs together, whatever is written meanwhile.

    One Postgres has a snapshot. Several servers have one each, so all that writes to several of them, or to a shard
    and its offset, stands still for as long as it takes to begin them: some hundredths of a second.
    """
    connection = await connect(database_url)
    try:
        moment = connection.transaction(isolation="repeatable_read", readonly=True)
        if not await is_distributed(connection):
            async with moment:
                yield connection
            return
        holding = await connect(database_url)
        try:
            async with holding.transaction():
                for (shard,) in await holding.fetch(_SQL["shards"]):
                    await holding.execute(_SQL["hold_shard"], shard)
                await holding.execute(_SQL["hold_rollups"])
                await moment.start()
                await connection.execute(_SQL["one_session_a_server"])
                await connection.fetch(_SQL["look_at_every_server"])
        finally:
            await holding.close()
        try:
            yield connection
        finally:
            await moment.rollback()
    finally:
        await connection.close()
