"""Numbers of many sites at once, in one moment of the store."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from common.rollups import RollupDimension
from common.store import Connection, Pool, load_queries
from services.api.reports.periods import Days
from services.api.reports.rollups.cover import cover
from services.api.reports.rollups.sketches import Seen, merged
from services.api.reports.rollups.snapshot import hold_moves
from services.api.reports.rollups.state import Where
from services.api.reports.rollups.unknown import count_raw

_SQL = load_queries(__package__)
_SECONDS = 60


class Wanted(NamedTuple):
    """A site and its ranges of days."""

    where: Where
    parts: tuple[Days, ...]


class Total(NamedTuple):
    visitors: int
    visits: int
    pageviews: int


class OverviewRepository:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = list(range(shards))

    async def totals(self, sites: Sequence[Wanted]) -> dict[int, list[Total]]:
        """For each site by its number, one for each of its parts."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await hold_moves(connection, [wanted.where.site_id for wanted in sites])
            return await _Reading(connection, self._shards, sites).totals()

    async def current(self, site_ids: Iterable[int], since: datetime) -> dict[int, int]:
        """Visitors who did something since then; sites without any are left out."""
        rows = await self._pool.fetch(_SQL["current"], self._shards, list(site_ids), since, timeout=_SECONDS)
        return {row["site_id"]: row["visitors"] for row in rows}


Key = tuple[int, int]
"""A site's number, and which of its parts."""


class _Reading:
    def __init__(self, connection: Connection, shards: Sequence[int], sites: Sequence[Wanted]) -> None:
        self._connection = connection
        self._shards = shards
        self._sites = {wanted.where.site_id: wanted for wanted in sites}
        days = [days for wanted in sites for days in wanted.parts]
        # A bucket may reach over the end of a range that has not ended; deltas of tomorrow there are none.
        self._range = [list(self._sites), min(each.first for each in days), max(each.last for each in days)]
        self._visits: defaultdict[Key, int] = defaultdict(int)
        self._pageviews: defaultdict[Key, int] = defaultdict(int)
        self._bounds: dict[Key, int] = {}
        self._seen: defaultdict[Key, list[Seen]] = defaultdict(list)

    async def totals(self) -> dict[int, list[Total]]:
        unknown: defaultdict[int, set[date]] = defaultdict(set)
        for row in await self._fetch("unknown_days", *self._range):
            unknown[row["site_id"]].add(row["day"])
        await self._add_deltas(unknown)
        await self._add_raw(unknown)
        await self._add_rollups(unknown)
        known = await merged(RollupDimension.TOTAL, self._seen)
        visitors = self._bounds | {key: estimate.visitors for key, estimate in known.items()}
        return {
            site_id: [
                Total(visitors.get(key, 0), self._visits[key], self._pageviews[key])
                for key in ((site_id, part) for part in range(len(wanted.parts)))
            ]
            for site_id, wanted in self._sites.items()
        }

    async def _add_deltas(self, unknown: Mapping[int, set[date]]) -> None:
        for row in await self._fetch("deltas", *self._range):
            if row["day"] not in unknown.get(row["site_id"], ()):
                self._add(row["site_id"], row["day"], row["visits"], row["pageviews"], row["visitors"])

    async def _add_raw(self, unknown: Mapping[int, set[date]]) -> None:
        for site_id, days in unknown.items():
            where, parts = self._sites[site_id]
            wanted = [day for day in days if any(part.first <= day <= part.last for part in parts)]
            found = await count_raw(self._connection, self._shards, site_id, where.zone, wanted, RollupDimension.TOTAL)
            for (day, _), tally in found.items():
                self._add(site_id, day, tally.counts["visits"], tally.counts["pageviews"], tally.visitors)

    def _add(self, site_id: int, day: date, visits: int, pageviews: int, visitors: bytes) -> None:
        for number, part in enumerate(self._sites[site_id].parts):
            if part.first <= day <= part.last:
                self._visits[site_id, number] += visits
                self._pageviews[site_id, number] += pageviews
                if visitors:
                    self._seen[site_id, number].append(Seen(visitors, is_sketch=False))

    async def _add_rollups(self, unknown: Mapping[int, set[date]]) -> None:
        buckets = [
            (site_id, number, int(grain), first)
            for site_id, (where, parts) in self._sites.items()
            for number, part in enumerate(parts)
            for grain, first in cover(part, where.today, _within(part, unknown.get(site_id, set()))).buckets
        ]
        unsure = set(self._seen)
        for row in await self._fetch("totals", *_columns(buckets)):
            key = (row["site_id"], row["part"])
            self._visits[key] += row["visits"]
            self._pageviews[key] += row["pageviews"]
            self._bounds[key] = row["bound"]
            if row["sketches"] > 1:
                unsure.add(key)
        for row in await self._fetch("sketches", *_columns([each for each in buckets if each[:2] in unsure])):
            self._seen[row["site_id"], row["part"]].append(Seen(row["visitors"], is_sketch=True))

    async def _fetch(self, name: str, *arguments: Any) -> list[Any]:
        found: list[Any] = await self._connection.fetch(_SQL[name], *arguments, timeout=_SECONDS)
        return found


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]


def _within(days: Days, unknown: set[date]) -> frozenset[date]:
    return frozenset(day for day in unknown if days.first <= day <= days.last)
