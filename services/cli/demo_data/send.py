"""Onto the streams, as collectors put beacons there; the worker does the rest."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice

from redis.asyncio import Redis

from common.beacon import Beacon, encode_beacon
from common.identity import shard_of
from common.streams import StreamReader, StreamWriter

_AT_ONCE = 4_000
_MOST_WAITING = 20
_POLL_SECONDS = 0.1


async def send(redis: "Redis", shards: int, beacons: Iterable[Beacon], advance: Callable[[int], None]) -> int:
    """Sends all, never far ahead of the worker, and returns when the worker has stored them. Gives how many."""
    writer, reader = StreamWriter(redis), StreamReader(redis)
    source, sent = iter(beacons), 0
    while batch := list(islice(source, _AT_ONCE)):
        by_shard: dict[int, list[bytes]] = {}
        for beacon in batch:
            by_shard.setdefault(shard_of(beacon.visitor_id, shards), []).append(encode_beacon(beacon))
        await writer.append(by_shard)
        sent += len(batch)
        advance(len(batch))
        await _until_at_most(reader, shards, _MOST_WAITING)
    await _until_at_most(reader, shards, 0)
    return sent


async def _until_at_most(reader: StreamReader, shards: int, entries: int) -> None:
    while max((await reader.waiting(range(shards))).values(), default=0) > entries:  # noqa: ASYNC110 - a stream can only be asked
        await asyncio.sleep(_POLL_SECONDS)
