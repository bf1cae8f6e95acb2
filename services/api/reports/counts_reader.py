"""Reads counts from the best source: from rollups, from raw rows, or from a sample of the visitors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from common.metrics import Counts
from common.rollups import RollupDimension
from services.api.reports.buckets import Interval, bounds
from services.api.reports.filters import Filter, Operator
from services.api.reports.models import EXACT, Accuracy, DataSource, least_exact
from services.api.reports.params import MAX_LIMIT, BreakdownPage, Sort
from services.api.reports.periods import Days
from services.api.reports.plan import Plan, ReadLimits, can_use_rollups, plan_totals, rollup_selection, runs_of_buckets
from services.api.reports.raw_reader import RawReader
from services.api.reports.report_dimensions import Dimension, rollup_dimension
from services.api.reports.rollups.range_state import RangeState, SiteCalendar
from services.api.reports.rollups.ranking import Ranking
from services.api.reports.rollups.snapshot import RollupReader
from services.api.reports.rollups.stale_days import consecutive_runs
from services.api.reports.rollups.totals import BucketCounts
from services.api.reports.sample import Sample, largest_error, reads_events, sample_of


class CountsReader:
    def __init__(self, raw: RawReader, rolled: RollupReader, shards: int, limits: ReadLimits) -> None:
        self._raw = raw
        self._rolled = rolled
        self._shards = shards
        self._limits = limits

    async def state(self, where: SiteCalendar, days: Days) -> RangeState:
        async with self._rolled.snapshot() as snapshot:
            return await snapshot.state(where, days)

    async def total(self, where: SiteCalendar, days: Days, filters: tuple[Filter, ...]) -> BucketCounts:
        """Count all days as one bucket."""
        return await self._days(where, days, [days], plan_totals(where.site_id, days, where.zone, filters))

    async def series(self, where: SiteCalendar, days: Days, interval: Interval, plan: Plan) -> BucketCounts:
        """Count each bucket of ``plan``, whose buckets are those of ``interval``."""
        if not plan.starts:
            return BucketCounts([], EXACT)
        if interval is Interval.HOUR:
            return await self._hours(where, days, plan)
        return await self._days(where, days, runs_of_buckets(plan.starts, days.last, where.zone), plan)

    async def ranking(
        self, where: SiteCalendar, days: Days, dimension: Dimension, rows: BreakdownPage, filters: tuple[Filter, ...]
    ) -> Ranking:
        """Count one page of a dimension's values."""
        rolled = None if filters else rollup_dimension(dimension)
        async with self._rolled.snapshot() as snapshot:
            state = await snapshot.state(where, days)
            if rolled is not None and can_use_rollups(state, rolled, days, self._limits):
                return await snapshot.rank(where, days, rolled, rows, state)
        sample = self._sample(state, reads_events(dimension, filters))
        plan = plan_totals(where.site_id, days, where.zone, filters)
        total, found = await self._raw.breakdown(plan, dimension, rows, sample)
        return Ranking(total, found, _accuracy(sample, [counts for _, counts in found]))

    async def values(
        self,
        where: SiteCalendar,
        days: Days,
        dimension: Dimension,
        values: Sequence[str],
        filters: tuple[Filter, ...],
    ) -> tuple[Mapping[str, Counts], Accuracy]:
        """Count ``values``; those without visits are left out. Empty for the keys of properties."""
        if not values or not dimension.filterable:
            return {}, EXACT
        rolled = None if filters else rollup_dimension(dimension)
        async with self._rolled.snapshot() as snapshot:
            state = await snapshot.state(where, days)
            if rolled is not None and can_use_rollups(state, rolled, days, self._limits):
                found = await snapshot.values(where, days, rolled, values, state)
                return dict(found.rows), found.accuracy
        sample = self._sample(state, reads_events(dimension, filters))
        chosen = Filter(dimension, Operator.IS, tuple(values))
        plan = plan_totals(where.site_id, days, where.zone, (*filters, chosen))
        _, rows = await self._raw.breakdown(plan, dimension, BreakdownPage("", Sort(), MAX_LIMIT, 0), sample)
        return dict(rows), _accuracy(sample, [counts for _, counts in rows])

    async def _days(self, where: SiteCalendar, days: Days, runs: Sequence[Days], plan: Plan) -> BucketCounts:
        chosen = rollup_selection(plan.filters)
        async with self._rolled.snapshot() as snapshot:
            state = await snapshot.state(where, days)
            if chosen is not None and can_use_rollups(state, chosen.dimension, days, self._limits):
                return await snapshot.runs(where, runs, chosen, state)
        return await self._raw_counts(plan, state)

    async def _hours(self, where: SiteCalendar, days: Days, plan: Plan) -> BucketCounts:
        async with self._rolled.snapshot() as snapshot:
            state = await snapshot.state(where, days)
            is_rolled = not plan.filters and can_use_rollups(state, RollupDimension.HOUR, days, self._limits)
            found = await snapshot.hours(where, days, plan.starts, state) if is_rolled else None
        if found is None:
            return await self._raw_counts(plan, state)
        counts, parts = list(found.counts), [found.accuracy]
        # No hour is in two days, so the hours of stale days are counted separately.
        for run in consecutive_runs(day for day in state.stale if days.first <= day <= days.last):
            places = _places_within(plan.starts, *bounds(run, where.zone))
            if places:
                begin, end = places[0], places[-1] + 1
                until = plan.starts[end] if end < len(plan.starts) else plan.end
                more = await self._raw_counts(replace(plan, starts=plan.starts[begin:end], end=until), state)
                counts[begin:end] = more.counts
                parts.append(more.accuracy)
        return BucketCounts(counts, least_exact(parts))

    async def _raw_counts(self, plan: Plan, state: RangeState) -> BucketCounts:
        sample = self._sample(state, reads_events(None, plan.filters))
        counts = await self._raw.counts(plan, sample)
        return BucketCounts(counts, _accuracy(sample, counts))

    def _sample(self, state: RangeState, with_events: bool) -> Sample:
        most = self._limits.most_visits_with_events if with_events else self._limits.most_visits
        return sample_of(self._shards, state.visits, most)


def _accuracy(sample: Sample, counts: Sequence[Counts]) -> Accuracy:
    if sample.is_complete:
        return EXACT
    return Accuracy(
        source=DataSource.SAMPLE,
        exact=False,
        visitors_error=round(largest_error(sample, [each.visitors for each in counts]), 4),
        sampled=sample.fraction,
    )


def _places_within(starts: Sequence[datetime], begin: datetime, end: datetime) -> list[int]:
    return [number for number, start in enumerate(starts) if begin <= start < end]
