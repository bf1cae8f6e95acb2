"""Counts the outcomes of all accepted beacons, exactly: the ingest of a shard pauses while its stream is counted."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.clock import Clock, utc
from common.outcomes import BACKLOG, DEAD, READ, STORED, drop_reason
from common.store import Connection, Pool, load_queries
from common.store.shard_lock import lock_shard
from common.streams import StreamReader
from common.streams.reader import BEGINNING
from common.streams.spool_status import published_spool_statuses
from services.api.accounts.auth.models import Caller
from services.api.http.errors import StreamsUnavailableError
from services.api.operations.accounting.models import Accounting, BeaconCounts, SiteBeaconCounts, SpooledBeacons
from services.api.sites.service import SiteService

SQL = load_queries(__package__)
_TIMEOUT_SECONDS = 30


@dataclass(slots=True)
class OutcomeCounts:
    """Outcomes of the beacons of the shards that were read."""

    accepted: int = 0
    """Beacons that were appended to the streams, as counted by the streams."""
    by_site: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Beacons by site id and outcome."""


class OutcomeRepository:
    def __init__(self, pool: Pool, streams: StreamReader, shards: int) -> None:
        self._pool = pool
        self._streams = streams
        self._shards = shards

    async def read(self) -> OutcomeCounts:
        """Return the outcomes of all shards, read one after the other. Raises ``RedisError`` or ``OSError``."""
        counts = OutcomeCounts()
        for shard in range(self._shards):
            async with self._pool.acquire() as connection:
                await self._add_shard(connection, shard, counts)
        return counts

    async def site_names(self) -> dict[int, str]:
        """Return the names of all sites by id."""
        return {row["id"]: row["name"] for row in await self._pool.fetch(SQL["site_names"])}

    async def _add_shard(self, connection: Connection, shard: int, counts: OutcomeCounts) -> None:
        async with connection.transaction():
            offset = await lock_shard(connection, shard, _TIMEOUT_SECONDS)
            rows = await connection.fetch(SQL["outcomes"], shard, timeout=_TIMEOUT_SECONDS)
            last_id, total = offset["last_id"], offset["stream_total"]
            known = total if last_id != BEGINNING else None
            backlog = await self._streams.backlog(shard, last_id, known)
        counts.accepted += offset["accepted"] + backlog.account.beacons
        for site_id, outcome, beacons in rows:
            counts.by_site[site_id, outcome] += beacons
        for site_id, beacons in backlog.by_site.items():
            counts.by_site[site_id, BACKLOG] += beacons


class AccountingService:
    def __init__(self, outcomes: OutcomeRepository, redis: Redis, sites: SiteService, clock: Clock) -> None:
        self._outcomes = outcomes
        self._redis = redis
        self._sites = sites
        self._clock = clock

    async def account(self, caller: Caller, site: str | None) -> Accounting:
        """Raises ``SiteNotFoundError`` or ``StreamsUnavailableError``."""
        only = (await self._sites.get(caller, site)).id if site else None
        try:
            statuses = await published_spool_statuses(self._redis)
            counts = await self._outcomes.read()
        except (RedisError, OSError) as error:
            raise StreamsUnavailableError("the streams do not respond; try again", retry_after=1) from error
        names = await self._outcomes.site_names()
        wanted = {site_id for site_id, _ in counts.by_site} if only is None else {only}
        groups: list[tuple[str | None, Collection[int]]] = [
            (names[site_id], {site_id}) for site_id in sorted(wanted & names.keys())
        ]
        if unknown := wanted - names.keys():
            groups.append((None, unknown))
        spools = [
            SpooledBeacons(
                collector=name, beacons=status.beacons, bytes=status.bytes, reported_at=utc(status.reported_at)
            )
            for name, status in sorted(statuses.items())
        ]
        return Accounting(
            as_of=utc(self._clock()),
            total=_total(counts),
            spooled=sum(spool.beacons for spool in spools),
            spools=tuple(spools),
            sites=tuple(_site_counts(counts, name, ids) for name, ids in groups),
        )


def _site_counts(counts: OutcomeCounts, name: str | None, ids: Collection[int]) -> SiteBeaconCounts:
    own = [(outcome, beacons) for (site_id, outcome), beacons in counts.by_site.items() if site_id in ids]
    accepted = sum(beacons for outcome, beacons in own if outcome in (READ, BACKLOG))
    return SiteBeaconCounts(site=name, **dict(_beacon_counts(accepted, own)))


def _total(counts: OutcomeCounts) -> BeaconCounts:
    return _beacon_counts(counts.accepted, ((outcome, beacons) for (_, outcome), beacons in counts.by_site.items()))


def _beacon_counts(accepted: int, outcomes: Iterable[tuple[str, int]]) -> BeaconCounts:
    stored = dead = backlog = 0
    dropped: dict[str, int] = {}
    for outcome, beacons in outcomes:
        if outcome == STORED:
            stored += beacons
        elif outcome == DEAD:
            dead += beacons
        elif outcome == BACKLOG:
            backlog += beacons
        elif (reason := drop_reason(outcome)) is not None:
            dropped[reason] = dropped.get(reason, 0) + beacons
    return BeaconCounts(
        accepted=accepted,
        stored=stored,
        dropped=dict(sorted(dropped.items())),
        dead_letters=dead,
        backlog=backlog,
        difference=accepted - (stored + dead + backlog + sum(dropped.values())),
    )
