"""What waits on a server that a stream has left, brought to the one that has it now: each beacon once.

Entries are appended in their order, by numbers that the new server remembers, and forgotten by the former one then. So
whatever is interrupted can be run again, and so it can for collectors that went on writing to the former server.
"""

from collections.abc import Callable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from common.streams.packing import sites_of
from common.streams.reader import BEGINNING, stream_position
from common.streams.writer import STREAM, Flush, StreamEntry, StreamWriter

_LEFT = "left:{}"
"""On a server that a stream has left: the id up to which it was stored then."""
_NAME = "streams-name"
_PROBE = "streams-probe"
_PROBE_SECONDS = 60
_AT_ONCE = 256
_SEQUENCES = 1024
"""More entries than any stream gets in a millisecond. Numbers have to stay below 2 ** 53: so far Redis's Lua counts."""


async def is_same(one: "Redis", other: "Redis", random: Callable[[int], bytes]) -> bool:
    """Whether both have the same keys, by whatever addresses they are named. Raises ``RedisError`` or ``OSError``."""
    value = random(16).hex()
    probe = f"{_PROBE}:{value}"
    await one.set(probe, value, ex=_PROBE_SECONDS)
    return bool(await other.get(probe) == value.encode())


class UnknownOffsetError(Exception):
    """Neither server ever had the entry up to which a shard is stored: the streams were elsewhere."""


async def leave(shard: int, old: "Redis", new: "Redis", stored: str) -> str:
    """Notes that the shard's stream leaves ``old``, and gives the id up to which it was stored when it left.

    ``stored``: the id up to which it is stored. Where workers have begun on ``new`` before anything was brought there,
    it is one of the new server's and says nothing of the former: what still lies there is not stored.
    Raises ``UnknownOffsetError``, and as ``is_same``.
    """
    note, stream = _LEFT.format(shard), STREAM.format(shard)
    if stored != BEGINNING and not await old.exists(note) and not await _gave(old, stream, stored):
        if not await _gave(new, stream, stored):
            raise UnknownOffsetError(stored)
        stored = BEGINNING
    await new.delete(note)  # it may have left that one, too, some day
    await old.set(note, stored, nx=True)
    left: bytes | None = await old.get(note)
    return left.decode() if left else BEGINNING


async def _gave(redis: "Redis", stream: str, entry_id: str) -> bool:
    """Whether the stream has given the id, up to which it is stored and therefore trimmed, or will be.

    What was given elsewhere may lie between the ids of this one; then there are entries before it, but not itself.
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


async def relay(shard: int, old: "Redis", new: "Redis", stored: str, random: Callable[[int], bytes]) -> int:
    """Brings what lies behind id ``stored`` to ``new``, and empties ``old``.

    Gives how many beacons that were. Raises as ``is_same``.
    """
    await old.set(_NAME, random(16).hex(), nx=True)
    producer = f"{(await old.get(_NAME)).decode()}:{shard}"
    writer, stream, beacons, last_id = StreamWriter(new), STREAM.format(shard), 0, stored
    while entries := await old.xrange(stream, f"({last_id}", "+", _AT_ONCE):
        flushes = _flushes(shard, entries)
        await writer.append_once(producer, flushes)
        beacons += sum(flush.beacons for flush in flushes)
        last_id = entries[-1][0].decode()
        await _forget(old, stream, last_id)
    await _forget(old, stream, last_id)
    return beacons


async def _forget(redis: "Redis", stream: str, through: str) -> None:
    milliseconds, sequence = stream_position(through)
    await redis.xtrim(stream, minid=f"{milliseconds}-{sequence + 1}", approximate=False)


def _flushes(shard: int, entries: Sequence[Any]) -> list[Flush]:
    return [
        Flush(_number(entry_id.decode()), [StreamEntry(shard, _count(fields), fields[b"b"])])
        for entry_id, fields in entries
    ]


def _count(fields: Any) -> int:
    told = fields.get(b"n")
    return sum(sites_of(fields[b"b"]).values()) if told is None else int(told)


def _number(entry_id: str) -> int:
    milliseconds, sequence = stream_position(entry_id)
    return milliseconds * _SEQUENCES + min(sequence, _SEQUENCES - 1)
