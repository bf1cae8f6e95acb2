"""Reads the numbers of many sites in one database snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from common.clock import Clock, utc
from common.metrics import rounded_growth
from common.rollups import RollupDimension
from common.store import Connection, Pool, load_queries
from services.api.reports.overview.models import Overview, OverviewCounts, OverviewQuery, SiteOverview
from services.api.reports.periods import Days, days_before
from services.api.reports.plan import plan_days
from services.api.reports.rollups.bucket_cover import cover
from services.api.reports.rollups.range_state import SiteCalendar
from services.api.reports.rollups.snapshot import block_rollup_moves
from services.api.reports.rollups.stale_days import count_stale_days
from services.api.reports.rollups.visitor_estimates import VisitorSet, merge_visitor_sets
from services.api.sites.models import Site

_SQL = load_queries(__package__)
_SECONDS = 60


class SiteRanges(NamedTuple):
    """A site and its ranges of days (parts)."""

    where: SiteCalendar
    parts: tuple[Days, ...]


class RangeTotal(NamedTuple):
    visitors: int
    visits: int
    pageviews: int


class OverviewReader:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = list(range(shards))

    async def totals(self, sites: Sequence[SiteRanges]) -> dict[int, list[RangeTotal]]:
        """Return the totals of each site's parts, by site id."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await block_rollup_moves(connection, [site_ranges.where.site_id for site_ranges in sites])
            return await _OverviewSums(connection, self._shards, sites).totals()

    async def current(self, site_ids: Iterable[int], since: datetime) -> dict[int, int]:
        """Return the visitors since then by site id, without sites that have none."""
        rows = await self._pool.fetch(_SQL["current"], self._shards, list(site_ids), since, timeout=_SECONDS)
        return {row["site_id"]: row["visitors"] for row in rows}


Key = tuple[int, int]
"""A site id and the index of a part."""


class _OverviewSums:
    def __init__(self, connection: Connection, shards: Sequence[int], sites: Sequence[SiteRanges]) -> None:
        self._connection = connection
        self._shards = shards
        self._sites = {site_ranges.where.site_id: site_ranges for site_ranges in sites}
        days = [days for site_ranges in sites for days in site_ranges.parts]
        # A bucket can extend beyond the end of an open range; there are no deltas of later days.
        self._range = [list(self._sites), min(each.first for each in days), max(each.last for each in days)]
        self._visits: defaultdict[Key, int] = defaultdict(int)
        self._pageviews: defaultdict[Key, int] = defaultdict(int)
        self._bounds: dict[Key, int] = {}
        self._seen: defaultdict[Key, list[VisitorSet]] = defaultdict(list)

    async def totals(self) -> dict[int, list[RangeTotal]]:
        stale: defaultdict[int, set[date]] = defaultdict(set)
        for row in await self._fetch("stale_days", *self._range):
            stale[row["site_id"]].add(row["day"])
        await self._add_deltas(stale)
        await self._add_raw(stale)
        await self._add_rollups(stale)
        known = await merge_visitor_sets(RollupDimension.TOTAL, self._seen)
        visitors = self._bounds | {key: estimate.visitors for key, estimate in known.items()}
        return {
            site_id: [
                RangeTotal(visitors.get(key, 0), self._visits[key], self._pageviews[key])
                for key in ((site_id, part) for part in range(len(site_ranges.parts)))
            ]
            for site_id, site_ranges in self._sites.items()
        }

    async def _add_deltas(self, stale: Mapping[int, set[date]]) -> None:
        for row in await self._fetch("deltas", *self._range):
            if row["day"] not in stale.get(row["site_id"], ()):
                self._add(row["site_id"], row["day"], row["visits"], row["pageviews"], row["visitors"])

    async def _add_raw(self, stale: Mapping[int, set[date]]) -> None:
        for site_id, days in stale.items():
            where, parts = self._sites[site_id]
            read_raw = [day for day in days if any(part.first <= day <= part.last for part in parts)]
            found = await count_stale_days(
                self._connection, self._shards, site_id, where.zone, read_raw, RollupDimension.TOTAL
            )
            for (day, _), raw_counts in found.items():
                self._add(
                    site_id, day, raw_counts.counts["visits"], raw_counts.counts["pageviews"], raw_counts.visitors
                )

    def _add(self, site_id: int, day: date, visits: int, pageviews: int, visitors: bytes) -> None:
        for number, part in enumerate(self._sites[site_id].parts):
            if part.first <= day <= part.last:
                self._visits[site_id, number] += visits
                self._pageviews[site_id, number] += pageviews
                if visitors:
                    self._seen[site_id, number].append(VisitorSet(visitors, is_sketch=False))

    async def _add_rollups(self, stale: Mapping[int, set[date]]) -> None:
        buckets = [
            (site_id, number, int(grain), first)
            for site_id, (where, parts) in self._sites.items()
            for number, part in enumerate(parts)
            for grain, first in cover(part, where.today, _within(part, stale.get(site_id, set()))).buckets
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
            self._seen[row["site_id"], row["part"]].append(VisitorSet(row["visitors"], is_sketch=True))

    async def _fetch(self, name: str, *arguments: Any) -> list[Any]:
        found: list[Any] = await self._connection.fetch(_SQL[name], *arguments, timeout=_SECONDS)
        return found


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]


def _within(days: Days, stale: set[date]) -> frozenset[date]:
    return frozenset(day for day in stale if days.first <= day <= days.last)


NOW = timedelta(minutes=5)
SPARKLINE_DAYS = 30


class OverviewService:
    def __init__(self, overview: OverviewReader, clock: Clock) -> None:
        self._overview = overview
        self._clock = clock

    async def of(self, sites: list[Site], query: OverviewQuery) -> Overview:
        now = utc(self._clock())
        site_ranges = [_site_ranges(site, query, now) for site in sites]
        totals = await self._overview.totals(site_ranges) if site_ranges else {}
        current = await self._overview.current([site.id for site in sites], now - NOW) if sites else {}
        return Overview(
            period=query.period,
            sites=tuple(
                _site(site, each.parts[0], totals[site.id], current.get(site.id, 0))
                for site, each in zip(sites, site_ranges, strict=True)
            ),
            as_of=now,
        )


def _site_ranges(site: Site, query: OverviewQuery, now: datetime) -> SiteRanges:
    """Return the period, the previous one, and each day of the sparkline, in the site's time zone."""
    today = now.astimezone(site.zone).date()
    days = plan_days(query, today, today)
    last = min(days.last, today)
    first = max(days.first, last - timedelta(days=SPARKLINE_DAYS - 1))
    daily = (first + timedelta(days=number) for number in range(max(0, (last - first).days + 1)))
    parts = (days, days_before(query.period, days, today), *(Days(day, day) for day in daily))
    return SiteRanges(SiteCalendar(site.id, site.zone, today), parts)


def _site(site: Site, days: Days, totals: list[RangeTotal], current: int) -> SiteOverview:
    in_period, before, *daily = totals
    return SiteOverview(
        site=site.name,
        url=site.url,
        timezone=site.timezone,
        first_day=days.first,
        last_day=days.last,
        **in_period._asdict(),
        before=OverviewCounts(**before._asdict()),
        change=rounded_growth(in_period.visitors, before.visitors),
        current_visitors=current,
        sparkline=tuple(day_total.visitors for day_total in daily),
    )
