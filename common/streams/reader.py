"""Reading, trimming and measuring the streams."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from common.beacon import Beacon
from common.streams.accounting import StreamAccount, account_for
from common.streams.packing import Undecodable, sites_of, unpack
from common.streams.servers import StreamServers, stream_servers
from common.streams.writer import ACCEPTED, STREAM

BEGINNING = "0-0"
_ENTRIES_A_READ = 256


@dataclass(frozen=True, slots=True)
class Batch:
    """What was read of one shard: all beacons in entries up to and with ``last_id``."""

    last_id: str
    beacons: list[Beacon]
    undecodable: list[Undecodable]
    entries: tuple[tuple[int, int | None], ...] = ()
    """Of each entry: how many beacons it holds, and how many its stream ever took with it, if it tells."""

    @property
    def unreadable(self) -> int:
        """Beacons that the entries hold by their own account and that cannot even be told apart."""
        return sum(count for count, _ in self.entries) - len(self.beacons) - len(self.undecodable)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one shard's stream behind an id."""

    by_site: Counter[int]
    """Beacons by site id; 0 is "cannot be told"."""
    taken: StreamAccount
    """What came onto the stream since that id."""


@dataclass(frozen=True, slots=True)
class StreamState:
    entries: int
    newest_id: str
    """The last id the stream ever gave, also when that entry is trimmed."""


class StreamReader:
    def __init__(self, redis: "Redis | StreamServers") -> None:
        self._servers = stream_servers(redis)

    async def read(self, shard: int, after: str, at_least: int) -> Batch | None:
        """The entries after id ``after`` until ``at_least`` beacons are read or the stream ends; None if none."""
        last_id, beacons, undecodable = after, list[Beacon](), list[Undecodable]()
        told: list[tuple[int, int | None]] = []
        redis = self._servers.of(shard)
        while len(beacons) + len(undecodable) < at_least:
            entries: list[Any] = await redis.xrange(STREAM.format(shard), f"({last_id}", "+", _ENTRIES_A_READ)
            for entry_id, fields in entries:
                good, bad = unpack(fields[b"b"])
                beacons += good
                undecodable += bad
                told.append(_told(fields, len(good) + len(bad)))
                last_id = entry_id.decode()
                if len(beacons) + len(undecodable) >= at_least:
                    break
            if len(entries) < _ENTRIES_A_READ:
                break
        return Batch(last_id, beacons, undecodable, tuple(told)) if last_id != after else None

    async def backlog(self, shard: int, after: str, total: int | None) -> Backlog:
        """What waits behind id ``after``, to the unit, at one moment. Nothing may trim the stream meanwhile.

        ``total``: the stream's count up to ``after``; None where nobody knows.
        """
        redis, stream = self._servers.of(shard), STREAM.format(shard)
        async with redis.pipeline(transaction=True) as pipe:
            pipe.get(ACCEPTED.format(shard))
            pipe.xrevrange(stream, count=1)
            count, newest = await pipe.execute()
        by_site: Counter[int] = Counter()
        told: list[tuple[int, int | None]] = []
        last_id, end = after, newest[0][0].decode() if newest else BEGINNING
        while stream_position(last_id) < stream_position(end):
            entries: list[Any] = await redis.xrange(stream, f"({last_id}", end, _ENTRIES_A_READ)
            if not entries:
                break
            for entry_id, fields in entries:
                sites = sites_of(fields[b"b"])
                beacons = _told(fields, sum(sites.values()))
                sites[0] += beacons[0] - sum(sites.values())
                by_site += sites
                told.append(beacons)
                last_id = entry_id.decode()
        found = account_for(told, total)
        # What the stream has counted beyond its last entry is missing, too.
        gone = max(0, int(count or 0) - found.total) if told or total is not None else 0
        return Backlog(by_site, found._replace(beacons=found.beacons + gone, missing=found.missing + gone))

    async def trim(self, shard: int, through: str) -> None:
        """Forgets the entries up to and with id ``through``."""
        milliseconds, _, sequence = through.partition("-")
        await self._servers.of(shard).xtrim(
            STREAM.format(shard), minid=f"{milliseconds}-{int(sequence) + 1}", approximate=False
        )

    async def state(self, shard: int) -> StreamState | None:
        """None where the stream was never written."""
        try:
            info: Any = await self._servers.of(shard).xinfo_stream(STREAM.format(shard))
        except ResponseError as error:
            if "no such key" in str(error):
                return None
            raise
        return StreamState(info["length"], info["last-generated-id"].decode())

    async def waiting(self, shards: Iterable[int]) -> dict[int, int]:
        """Entries that are in each shard's stream; shards with none are left out.

        Raises ``RedisError`` or ``OSError`` only where every server is away: of several, one does not hold up others.
        """
        groups = self._servers.by_group(shards)
        outcomes = await asyncio.gather(*(self._lengths(*group) for group in groups.items()), return_exceptions=True)
        found: dict[int, int] = {}
        for outcome in outcomes:
            if isinstance(outcome, dict):
                found |= outcome
            elif len(groups) == 1 or not isinstance(outcome, RedisError | OSError):
                raise outcome
        if all(isinstance(outcome, BaseException) for outcome in outcomes):
            raise RedisConnectionError("no server of streams answers")
        return found

    async def _lengths(self, group: int, shards: Sequence[int]) -> dict[int, int]:
        async with self._servers.servers[group].pipeline(transaction=False) as pipe:
            for shard in shards:
                pipe.xlen(STREAM.format(shard))
            lengths = await pipe.execute()
        return {shard: length for shard, length in zip(shards, lengths, strict=True) if length}


def _told(fields: Any, found: int) -> tuple[int, int | None]:
    """What an entry says of itself; ``found``: how many beacons are in it, where it says nothing."""
    total = fields.get(b"t")
    return int(fields.get(b"n", found)), None if total is None else int(total)


def stream_position(entry_id: str) -> tuple[int, int]:
    """An entry id as something that can be compared."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)
