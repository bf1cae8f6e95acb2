"""Append beacons to the streams."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

import msgspec
from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from common.streams.packing import pack
from common.streams.servers import StreamServers, stream_servers

STREAM = "beacons:{}"
ACCEPTED = "accepted:{}"
"""How many beacons a shard's stream has accepted."""
_FLUSHED = "flushed:{}"
_SEQUENCE_TTL_SECONDS = 30 * 24 * 60 * 60
_UNNUMBERED = 0
_APPEND = (files(__package__) / "append.lua").read_text(encoding="utf-8")


class StreamEntry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One entry of one shard's stream."""

    shard: int
    beacons: int
    payload: bytes
    """The packed beacons."""


class Flush(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Beacons that are appended together."""

    sequence: int
    """Greater than that of every earlier flush of its producer."""
    entries: list[StreamEntry]

    @property
    def beacons(self) -> int:
        return sum(entry.beacons for entry in self.entries)


def make_flush(sequence: int, encoded_by_shard: Mapping[int, Sequence[bytes]]) -> Flush:
    return Flush(sequence, [StreamEntry(shard, len(each), pack(each)) for shard, each in encoded_by_shard.items()])


class StreamWriter:
    """Appends beacons, one stream entry per shard, in one atomic round trip per server."""

    def __init__(self, redis: "Redis | StreamServers") -> None:
        self._servers = stream_servers(redis)
        self._append: list[AsyncScript] = [server.register_script(_APPEND) for server in self._servers.servers]

    async def append(self, encoded_by_shard: Mapping[int, Sequence[bytes]]) -> None:
        """Return once Redis has every beacon. Raises ``redis.RedisError`` or ``OSError``.

        After an error it is unknown which of the servers have appended the beacons.
        """
        await self._send(_FLUSHED.format(""), [make_flush(_UNNUMBERED, encoded_by_shard)])

    async def append_once(self, producer: str, flushes: Sequence[Flush]) -> None:
        """Like ``append``, but a server does not append a flush again that it has already.

        Each server keeps the sequence number of the latest flush of ``producer`` for 30 days. So flushes must be sent
        in the order of their sequence numbers, and each only after the earlier ones succeeded or were given up.
        """
        await self._send(_FLUSHED.format(producer), flushes)

    async def _send(self, sequence_key: str, flushes: Sequence[Flush]) -> None:
        if len(self._servers.servers) == 1:
            await self._append[0](*_arguments(sequence_key, flushes))
            return
        parts: dict[int, list[Flush]] = {}
        for flush in flushes:
            shards = self._servers.by_group(entry.shard for entry in flush.entries)
            for group, members in shards.items():
                entries = [entry for entry in flush.entries if entry.shard in members]
                parts.setdefault(group, []).append(Flush(flush.sequence, entries))
        outcomes = await asyncio.gather(
            *(self._append[group](*_arguments(sequence_key, part)) for group, part in parts.items()),
            return_exceptions=True,
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome


def _arguments(sequence_key: str, flushes: Iterable[Flush]) -> tuple[list[str], list[bytes | int]]:
    """Return KEYS and ARGV of the script."""
    keys, args = [sequence_key], list[bytes | int]((_SEQUENCE_TTL_SECONDS,))
    indexes: dict[int, int] = {}
    for flush in flushes:
        args += (flush.sequence, len(flush.entries))
        for entry in flush.entries:
            index = indexes.get(entry.shard)
            if index is None:
                keys += (STREAM.format(entry.shard), ACCEPTED.format(entry.shard))
                index = indexes[entry.shard] = len(keys) - 1
            args += (index, entry.beacons, entry.payload)
    return keys, args
