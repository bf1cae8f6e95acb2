"""Streams that get another server, and the offsets up to which workers have stored them.

Ids and counts of one server say nothing on another. So a shard that moves begins anew there.
"""

import os
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from common.store import load_queries
from common.streams.move import UnknownOffsetError, is_same, leave, relay
from common.streams.reader import BEGINNING
from common.streams.servers import StreamServers

_SQL = load_queries(__package__)


class CannotMoveError(Exception):
    """Says in one line why not, or not now."""


class Moved(NamedTuple):
    shard: int
    beacons: int


async def move_streams(
    connection: Any,
    former: StreamServers,
    present: StreamServers,
    shards: int,
    random: Callable[[int], bytes] = os.urandom,
) -> AsyncIterator[Moved]:
    """Gives each shard that has another server than before, and how many beacons were brought there.

    ``connection``: to the database, outside of a transaction. Raises ``CannotMoveError``, ``RedisError``, ``OSError``
    or a database error; then it can be repeated.
    """
    if not await connection.fetchval(_SQL["alone"]):
        raise CannotMoveError("the streams are being moved by somebody else")
    for shard in range(shards):
        if await connection.fetchval(_SQL["workers"]):
            raise CannotMoveError("a worker still works on this database; stop all of them first")
        old, new = former.of(shard), present.of(shard)
        if await is_same(old, new, random):
            continue
        try:
            stored = await leave(shard, old, new, await connection.fetchval(_SQL["offset"], shard))
        except UnknownOffsetError:
            raise CannotMoveError(
                f"server {former.group_of(shard) + 1} of redis.previous_urls never had what is stored of shard "
                f"{shard}: name the servers that had the streams, in their order"
            ) from None
        # Only what belongs to the server that it leaves: when this is repeated, workers may have begun on the new one.
        await connection.execute(_SQL["begin_anew"], shard, stored, BEGINNING)
        yield Moved(shard, await relay(shard, old, new, stored, random))
