"""Plans a report: which days to read, in which buckets, and whether rollups suffice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.rollups import RollupDimension
from services.api.reports.buckets import Interval, TooManyPointsError, bounds, max_buckets, starts, until
from services.api.reports.filters import Filter, Operator
from services.api.reports.params import PeriodQuery, ReportQuery
from services.api.reports.periods import Compare, Days, Period, days_before, days_of, year_before
from services.api.reports.report_dimensions import counts_events, rollup_dimension
from services.api.reports.rollups.range_state import RangeState
from services.api.reports.rollups.totals import RollupSelection

MAX_POINTS = 1_500

_INTERVALS = {
    Period.DAY: Interval.HOUR,
    Period.LAST_7_DAYS: Interval.DAY,
    Period.LAST_30_DAYS: Interval.DAY,
    Period.MONTH: Interval.DAY,
    Period.LAST_6_MONTHS: Interval.MONTH,
    Period.YEAR: Interval.MONTH,
}
_INTERVALS_BY_LENGTH = ((2, Interval.HOUR), (92, Interval.DAY), (400, Interval.WEEK))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to count: a site, buckets and filters. Bucket ``n`` ends where ``n + 1`` begins, the last one at ``end``."""

    site_id: int
    starts: tuple[datetime, ...]
    end: datetime
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Limits that decide how counts are read."""

    few_visits: int = 5_000
    """Up to this number of visits, raw rows are counted, so that small sites are exact."""
    most_visits: int = 120_000
    """Above this number of visits, a sample of the visitors is counted and scaled up."""
    most_visits_with_events: int = 60_000
    """The same for reports that read events, of which a visit has several."""
    stale_days: int = 3
    """Up to this number of stale days, or a quarter of the range, are read from raw rows; above, the whole range."""


def can_use_rollups(state: RangeState, dimension: RollupDimension, days: Days, limits: ReadLimits) -> bool:
    """Whether to read the range from rollups."""
    stale = len(state.stale_of(dimension))
    return state.visits > limits.few_visits and stale <= max(limits.stale_days, days.count // 4)


def rollup_selection(filters: Sequence[Filter]) -> RollupSelection | None:
    """Return the rollups that count the filtered visits; None if there are none."""
    if not filters:
        return RollupSelection()
    wanted = filters[0]
    dimension = rollup_dimension(wanted.dimension)
    if len(filters) > 1 or wanted.operator is not Operator.IS or dimension is None:
        return None
    # Rollups of other dimensions do not count all events of the visits.
    if wanted.dimension.kinds or not counts_events(dimension):
        return None
    return RollupSelection(dimension, wanted.values)


def runs_of_buckets(moments: Sequence[datetime], last: date, zone: ZoneInfo) -> list[Days]:
    """Return the days of buckets that start at midnight in the site's time zone; the last bucket ends with ``last``."""
    firsts = [moment.astimezone(zone).date() for moment in moments]
    lasts = [*(first - timedelta(days=1) for first in firsts[1:]), last]
    return [Days(first, last) for first, last in zip(firsts, lasts, strict=True)]


def compared_days(query: ReportQuery, days: Days, today: date) -> Days | None:
    """Return the days to compare with, if any."""
    if query.compare is Compare.PREVIOUS:
        return days_before(query.period, days, today)
    if query.compare is Compare.YEAR:
        return year_before(days, today)
    if query.compare_from and query.compare_to:
        return Days(query.compare_from, query.compare_to)
    return None


def plan_days(query: PeriodQuery, today: date, first_day: date) -> Days:
    """Return the days of a query. ``today`` and ``first_day`` (the oldest with data) are in the site's time zone."""
    if query.period is Period.ALL:
        return Days(min(first_day, today), today)
    if query.period is Period.CUSTOM and query.from_ and query.to:
        return Days(query.from_, query.to)
    return days_of(query.period, today)


def plan_totals(site_id: int, days: Days, zone: ZoneInfo, filters: tuple[Filter, ...] = ()) -> Plan:
    """Plan the whole period as one bucket."""
    begin, end = bounds(days, zone)
    return Plan(site_id, (begin,), end, filters)


def plan_series(
    site_id: int, days: Days, interval: Interval, zone: ZoneInfo, now: datetime, filters: tuple[Filter, ...] = ()
) -> Plan:
    """Plan buckets of ``interval``, without those in the future. Raises ``TooManyPointsError``."""
    if max_buckets(days, interval) > MAX_POINTS:
        raise TooManyPointsError.for_field(
            "interval", f"{interval} gives more than {MAX_POINTS:,} points; choose a longer one"
        )
    return Plan(site_id, tuple(until(starts(days, interval, zone), now)), bounds(days, zone)[1], filters)


def suitable_interval(period: Period, days: Days) -> Interval:
    """Return the interval for a chart of the period."""
    if period in _INTERVALS:
        return _INTERVALS[period]
    return next((interval for most, interval in _INTERVALS_BY_LENGTH if days.count <= most), Interval.MONTH)
