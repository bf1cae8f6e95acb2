"""Moves the streams of shards to another Redis server, and resets the offsets up to which they are stored.

Entry ids and counts of one server have no meaning on another, so a moved shard starts from the beginning there.
"""

import os
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from common.store import Connection, load_queries
from common.streams.move import UnknownOffsetError, begin_move, is_same_server, move_entries
from common.streams.reader import BEGINNING
from common.streams.servers import StreamServers

_SQL = load_queries(__package__)


class MoveStreamsError(Exception):
    """The reason, in one line, why streams cannot be moved."""


class MovedShard(NamedTuple):
    shard: int
    beacons: int


async def move_streams(
    connection: Connection,
    former: StreamServers,
    present: StreamServers,
    shards: int,
    random: Callable[[int], bytes] = os.urandom,
) -> AsyncIterator[MovedShard]:
    """Move every shard whose server has changed; yield it with the number of beacons moved.

    ``connection`` must not be in a transaction. Raises ``MoveStreamsError``, ``RedisError``, ``OSError`` or a database
    error, after which it can be repeated.
    """
    if not await connection.fetchval(_SQL["try_lock"]):
        raise MoveStreamsError("another move-streams command is running; wait until it has finished")
    for shard in range(shards):
        if await connection.fetchval(_SQL["is_worker_connected"]):
            raise MoveStreamsError("a worker is still connected to this database; stop all workers first")
        old, new = former.of(shard), present.of(shard)
        if await is_same_server(old, new, random):
            continue
        try:
            stored = await begin_move(shard, old, new, await connection.fetchval(_SQL["stored_offset"], shard))
        except UnknownOffsetError:
            raise MoveStreamsError(
                f"server {former.group_of(shard) + 1} of redis.previous_urls lacks the stored offset of shard {shard}; "
                "list the previous servers in their order"
            ) from None
        # Only the offset of the previous server: when this is repeated, workers may have started on the new one.
        await connection.execute(_SQL["reset_offset"], shard, stored, BEGINNING)
        yield MovedShard(shard, await move_entries(shard, old, new, stored, random))
