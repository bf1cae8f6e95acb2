"""Move the waiting beacons of a stream to another server, each exactly once.

Entries are appended in their order, with sequence numbers that the new server keeps, and then removed from the old one.
So an interrupted move can be repeated, also for beacons that collectors still wrote to the old server.
"""

from collections.abc import Callable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from common.streams.packing import sites_of
from common.streams.reader import BEGINNING, stream_position
from common.streams.writer import STREAM, Flush, StreamEntry, StreamWriter

_LEFT = "left:{}"
"""On the old server: the id up to which the stream was stored when it moved."""
_NAME = "streams-name"
_PROBE = "streams-probe"
_PROBE_SECONDS = 60
_ENTRIES_PER_BATCH = 256
_SEQUENCES = 1024
"""More entries than a stream gets in a millisecond. Lua in Redis is exact only up to sequence numbers of 2 ** 53."""


async def is_same_server(one: "Redis", other: "Redis", random: Callable[[int], bytes]) -> bool:
    """Return whether both clients reach the same server and database. Raises ``RedisError`` or ``OSError``."""
    value = random(16).hex()
    probe = f"{_PROBE}:{value}"
    await one.set(probe, value, ex=_PROBE_SECONDS)
    return bool(await other.get(probe) == value.encode())


class UnknownOffsetError(Exception):
    """Neither server has had the entry up to which a shard is stored: the streams were on another one."""


async def begin_move(shard: int, old: "Redis", new: "Redis", stored: str) -> str:
    """Record on ``old`` that the shard's stream moves; return the id up to which it was stored when it moved.

    ``stored``: the id up to which the shard is stored. If workers have begun to read from ``new`` before the move, it
    is an id of the new server, and nothing that is left on the old one is stored.
    Raises ``UnknownOffsetError``, and what ``is_same_server`` raises.
    """
    note, stream = _LEFT.format(shard), STREAM.format(shard)
    if stored != BEGINNING and not await old.exists(note) and not await _assigned(old, stream, stored):
        if not await _assigned(new, stream, stored):
            raise UnknownOffsetError(stored)
        stored = BEGINNING
    await new.delete(note)  # the stream may have moved away from that server earlier
    await old.set(note, stored, nx=True)
    left: bytes | None = await old.get(note)
    return left.decode() if left else BEGINNING


async def _assigned(redis: "Redis", stream: str, entry_id: str) -> bool:
    """Return whether this stream assigned the id, up to which it is stored and therefore trimmed, or will be.

    An id of another server may be between the ids of this stream: then there are entries before it, but not itself.
    """
    if await redis.xrange(stream, entry_id, entry_id):
        return True
    if await redis.xrange(stream, "-", entry_id, 1):
        return False
    try:
        info: Any = await redis.xinfo_stream(stream)
    except ResponseError as error:
        if "no such key" in str(error):
            return False
        raise
    return stream_position(info["last-generated-id"].decode()) >= stream_position(entry_id)


async def move_entries(shard: int, old: "Redis", new: "Redis", stored: str, random: Callable[[int], bytes]) -> int:
    """Move the entries after id ``stored`` to ``new`` and empty ``old``; return the number of beacons.

    Raises what ``is_same_server`` raises.
    """
    await old.set(_NAME, random(16).hex(), nx=True)
    producer = f"{(await old.get(_NAME)).decode()}:{shard}"
    writer, stream, beacons, last_id = StreamWriter(new), STREAM.format(shard), 0, stored
    while entries := await old.xrange(stream, f"({last_id}", "+", _ENTRIES_PER_BATCH):
        flushes = _flushes(shard, entries)
        await writer.append_once(producer, flushes)
        beacons += sum(flush.beacons for flush in flushes)
        last_id = entries[-1][0].decode()
        await _remove(old, stream, last_id)
    await _remove(old, stream, last_id)
    return beacons


async def _remove(redis: "Redis", stream: str, through: str) -> None:
    milliseconds, sequence = stream_position(through)
    await redis.xtrim(stream, minid=f"{milliseconds}-{sequence + 1}", approximate=False)


def _flushes(shard: int, entries: Sequence[Any]) -> list[Flush]:
    return [
        Flush(_sequence(entry_id.decode()), [StreamEntry(shard, _count(fields), fields[b"b"])])
        for entry_id, fields in entries
    ]


def _count(fields: Any) -> int:
    count = fields.get(b"n")
    return sum(sites_of(fields[b"b"]).values()) if count is None else int(count)


def _sequence(entry_id: str) -> int:
    milliseconds, sequence = stream_position(entry_id)
    return milliseconds * _SEQUENCES + min(sequence, _SEQUENCES - 1)
