"""Read, trim and measure the streams."""

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
_ENTRIES_PER_READ = 256


@dataclass(frozen=True, slots=True)
class Batch:
    """The beacons of one shard in the entries up to and including ``last_id``."""

    last_id: str
    beacons: list[Beacon]
    undecodable: list[Undecodable]
    entries: tuple[tuple[int, int | None], ...] = ()
    """For each entry its number of beacons and the stream's count including it, if it carries one."""

    @property
    def unreadable(self) -> int:
        """Beacons that the entries claim to hold, but that cannot even be separated."""
        return sum(count for count, _ in self.entries) - len(self.beacons) - len(self.undecodable)


@dataclass(frozen=True, slots=True)
class Backlog:
    """The beacons in one shard's stream after an id."""

    by_site: Counter[int]
    """Beacons by site id; 0 counts those that cannot be decoded."""
    account: StreamAccount
    """What the stream has accepted since that id."""


@dataclass(frozen=True, slots=True)
class StreamState:
    entries: int
    newest_id: str
    """The last id that the stream assigned, even if that entry is trimmed."""


class StreamReader:
    def __init__(self, redis: "Redis | StreamServers") -> None:
        self._servers = stream_servers(redis)

    async def read(self, shard: int, after: str, at_least: int) -> Batch | None:
        """Read entries after id ``after`` until there are ``at_least`` beacons or no more entries; None if empty."""
        last_id, beacons, undecodable = after, list[Beacon](), list[Undecodable]()
        counts: list[tuple[int, int | None]] = []
        redis = self._servers.of(shard)
        while len(beacons) + len(undecodable) < at_least:
            entries: list[Any] = await redis.xrange(STREAM.format(shard), f"({last_id}", "+", _ENTRIES_PER_READ)
            for entry_id, fields in entries:
                good, bad = unpack(fields[b"b"])
                beacons += good
                undecodable += bad
                counts.append(_counts(fields, len(good) + len(bad)))
                last_id = entry_id.decode()
                if len(beacons) + len(undecodable) >= at_least:
                    break
            if len(entries) < _ENTRIES_PER_READ:
                break
        return Batch(last_id, beacons, undecodable, tuple(counts)) if last_id != after else None

    async def backlog(self, shard: int, after: str, total: int | None) -> Backlog:
        """Count exactly what waits after id ``after`` at one moment. The stream must not be trimmed during the call.

        ``total``: the stream's count up to ``after``; None if it is unknown.
        """
        redis, stream = self._servers.of(shard), STREAM.format(shard)
        async with redis.pipeline(transaction=True) as pipe:
            pipe.get(ACCEPTED.format(shard))
            pipe.xrevrange(stream, count=1)
            count, newest = await pipe.execute()
        by_site: Counter[int] = Counter()
        counts: list[tuple[int, int | None]] = []
        last_id, end = after, newest[0][0].decode() if newest else BEGINNING
        while stream_position(last_id) < stream_position(end):
            entries: list[Any] = await redis.xrange(stream, f"({last_id}", end, _ENTRIES_PER_READ)
            if not entries:
                break
            for entry_id, fields in entries:
                sites = sites_of(fields[b"b"])
                counted = _counts(fields, sum(sites.values()))
                sites[0] += counted[0] - sum(sites.values())
                by_site += sites
                counts.append(counted)
                last_id = entry_id.decode()
        found = account_for(counts, total)
        # Beacons that the stream has counted beyond its last entry are missing too.
        lost = max(0, int(count or 0) - found.total) if counts or total is not None else 0
        return Backlog(by_site, found._replace(beacons=found.beacons + lost, missing=found.missing + lost))

    async def trim(self, shard: int, through: str) -> None:
        """Remove the entries up to and including id ``through``."""
        milliseconds, _, sequence = through.partition("-")
        await self._servers.of(shard).xtrim(
            STREAM.format(shard), minid=f"{milliseconds}-{int(sequence) + 1}", approximate=False
        )

    async def state(self, shard: int) -> StreamState | None:
        """Return None if the stream was never written."""
        try:
            info: Any = await self._servers.of(shard).xinfo_stream(STREAM.format(shard))
        except ResponseError as error:
            if "no such key" in str(error):
                return None
            raise
        return StreamState(info["length"], info["last-generated-id"].decode())

    async def waiting(self, shards: Iterable[int]) -> dict[int, int]:
        """Return the number of entries in each shard's stream, without the empty ones.

        Raises ``RedisError`` or ``OSError`` only if every server is unavailable, so that one does not block the others.
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
            raise RedisConnectionError("no stream server responds")
        return found

    async def _lengths(self, group: int, shards: Sequence[int]) -> dict[int, int]:
        async with self._servers.servers[group].pipeline(transaction=False) as pipe:
            for shard in shards:
                pipe.xlen(STREAM.format(shard))
            lengths = await pipe.execute()
        return {shard: length for shard, length in zip(shards, lengths, strict=True) if length}


def _counts(fields: Any, found: int) -> tuple[int, int | None]:
    """Return an entry's number of beacons (by default ``found``) and the stream's count, if it carries one."""
    total = fields.get(b"t")
    return int(fields.get(b"n", found)), None if total is None else int(total)


def stream_position(entry_id: str) -> tuple[int, int]:
    """Return an entry id in comparable form."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)
