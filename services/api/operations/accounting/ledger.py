"""The accounts of one shard, at one moment: its ingest stands still while its stream is looked at."""

from collections import Counter
from dataclasses import dataclass, field

from common.outcomes import BACKLOG
from common.store import Connection, Pool, load_queries
from common.store.shard_lock import lock_shard
from common.streams import StreamReader
from common.streams.reader import BEGINNING

SQL = load_queries(__package__)
_SECONDS = 30


@dataclass(slots=True)
class Ledger:
    """Beacons of the shards that were looked at."""

    accepted: int = 0
    """That came onto the streams, by the streams' own count."""
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    """By site id and what became of them."""


class Ledgers:
    def __init__(self, pool: Pool, streams: StreamReader, shards: int) -> None:
        self._pool = pool
        self._streams = streams
        self._shards = shards

    async def read(self) -> Ledger:
        """All shards, one after the other. Raises ``RedisError`` or ``OSError``."""
        ledger = Ledger()
        for shard in range(self._shards):
            async with self._pool.acquire() as connection:
                await self._add(connection, shard, ledger)
        return ledger

    async def names(self) -> dict[int, str]:
        """Of the sites, by id."""
        return {row["id"]: row["name"] for row in await self._pool.fetch(SQL["site_names"])}

    async def _add(self, connection: Connection, shard: int, ledger: Ledger) -> None:
        async with connection.transaction():
            offset = await lock_shard(connection, shard, _SECONDS)
            rows = await connection.fetch(SQL["outcomes"], shard, timeout=_SECONDS)
            last_id, total = offset["last_id"], offset["stream_total"]
            known = total if last_id != BEGINNING else None
            backlog = await self._streams.backlog(shard, last_id, known)
        ledger.accepted += offset["accepted"] + backlog.account.beacons
        for site_id, outcome, beacons in rows:
            ledger.counts[site_id, outcome] += beacons
        for site_id, beacons in backlog.by_site.items():
            ledger.counts[site_id, BACKLOG] += beacons
