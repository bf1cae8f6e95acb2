"""Appending to the streams."""

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
"""How many beacons a shard's stream ever took."""
_FLUSHED = "flushed:{}"
_REMEMBERED_SECONDS = 30 * 24 * 60 * 60
_NO_NUMBER = 0
_APPEND = (files(__package__) / "append.lua").read_text(encoding="utf-8")


class StreamEntry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What one shard's stream is to get."""

    shard: int
    beacons: int
    payload: bytes
    """The beacons, packed."""


class Flush(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Beacons that are appended together."""

    sequence: int
    """Greater than that of every earlier flush of its producer."""
    entries: list[StreamEntry]

    @property
    def beacons(self) -> int:
        return sum(entry.beacons for entry in self.entries)


def make_flush(number: int, encoded_by_shard: Mapping[int, Sequence[bytes]]) -> Flush:
    return Flush(number, [StreamEntry(shard, len(each), pack(each)) for shard, each in encoded_by_shard.items()])


class StreamWriter:
    """Appends beacons, one stream entry for each shard touched, in one atomic round trip a server."""

    def __init__(self, redis: "Redis | StreamServers") -> None:
        self._servers = stream_servers(redis)
        self._append: list[AsyncScript] = [server.register_script(_APPEND) for server in self._servers.servers]

    async def append(self, encoded_by_shard: Mapping[int, Sequence[bytes]]) -> None:
        """Returns once Redis has every beacon. Raises ``redis.RedisError`` or ``OSError`` otherwise.

        After an error nobody knows whether they were appended, and of several servers some may have.
        """
        await self._send(_FLUSHED.format(""), [make_flush(_NO_NUMBER, encoded_by_shard)])

    async def append_once(self, producer: str, flushes: Sequence[Flush]) -> None:
        """Like ``append``, and what a server has of these flushes is not appended to it again.

        It is known by the number of the latest flush that the server has of ``producer``, for 30 days. So flushes have
        to come in the order of their numbers, and none may be sent before the earlier ones are done or given up.
        """
        await self._send(_FLUSHED.format(producer), flushes)

    async def _send(self, mark: str, flushes: Sequence[Flush]) -> None:
        if len(self._servers.servers) == 1:
            await self._append[0](*_arguments(mark, flushes))
            return
        parts: dict[int, list[Flush]] = {}
        for flush in flushes:
            shards = self._servers.by_group(entry.shard for entry in flush.entries)
            for group, members in shards.items():
                entries = [entry for entry in flush.entries if entry.shard in members]
                parts.setdefault(group, []).append(Flush(flush.sequence, entries))
        outcomes = await asyncio.gather(
            *(self._append[group](*_arguments(mark, part)) for group, part in parts.items()), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome


def _arguments(mark: str, flushes: Iterable[Flush]) -> tuple[list[str], list[bytes | int]]:
    """KEYS and ARGV of the script."""
    keys, args = [mark], list[bytes | int]((_REMEMBERED_SECONDS,))
    places: dict[int, int] = {}
    for flush in flushes:
        args += (flush.sequence, len(flush.entries))
        for entry in flush.entries:
            place = places.get(entry.shard)
            if place is None:
                keys += (STREAM.format(entry.shard), ACCEPTED.format(entry.shard))
                place = places[entry.shard] = len(keys) - 1
            args += (place, entry.beacons, entry.payload)
    return keys, args
