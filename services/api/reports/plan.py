"""What to read for what was asked: which days, in which buckets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.rollups import RollupDimension
from services.api.reports.buckets import Interval, TooManyPointsError, bounds, max_buckets, starts, until
from services.api.reports.dimensions import counts_events, rollup_dimension
from services.api.reports.filters import Filter, Operator
from services.api.reports.params import PeriodQuery, ReportQuery
from services.api.reports.periods import Compare, Days, Period, days_before, days_of, year_before
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
    """Counts of one site, wanted for each bucket. Bucket ``n`` ends where ``n + 1`` begins, the last one at ``end``."""

    site_id: int
    starts: tuple[datetime, ...]
    end: datetime
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What decides how numbers are read."""

    few_visits: int = 5_000
    """Up to so many visits in the range are counted one by one, so that small sites are exact."""
    most_visits: int = 120_000
    """Of so many at the most: of more, a sample of the visitors is counted, and scaled up."""
    most_visits_with_events: int = 60_000
    """The same for what cannot be said without their events, of which there are several to a visit."""
    stale_days: int = 3
    """So many days that rollups do not know, or a quarter of the range, are read raw beside them; of more, all is."""


def can_use_rollups(state: RangeState, dimension: RollupDimension, days: Days, limits: ReadLimits) -> bool:
    """Whether the range is better read from rollups than counted."""
    stale = len(state.stale_of(dimension))
    return state.visits > limits.few_visits and stale <= max(limits.stale_days, days.count // 4)


def rollup_selection(filters: Sequence[Filter]) -> RollupSelection | None:
    """What rollups of totals say of the filtered visits; None where they do not."""
    if not filters:
        return RollupSelection()
    wanted = filters[0]
    dimension = rollup_dimension(wanted.dimension)
    if len(filters) > 1 or wanted.operator is not Operator.IS or dimension is None:
        return None
    # Other dimensions do not know all that happened in the visits.
    if wanted.dimension.kinds or not counts_events(dimension):
        return None
    return RollupSelection(dimension, wanted.values)


def runs_of_buckets(moments: Sequence[datetime], last: date, zone: ZoneInfo) -> list[Days]:
    """The days of buckets that begin at midnights of the site's clock; the last bucket ends with the day ``last``."""
    firsts = [moment.astimezone(zone).date() for moment in moments]
    lasts = [*(first - timedelta(days=1) for first in firsts[1:]), last]
    return [Days(first, last) for first, last in zip(firsts, lasts, strict=True)]


def compared_days(query: ReportQuery, days: Days, today: date) -> Days | None:
    """What ``days`` are compared with; None: with nothing."""
    if query.compare is Compare.PREVIOUS:
        return days_before(query.period, days, today)
    if query.compare is Compare.YEAR:
        return year_before(days, today)
    if query.compare_from and query.compare_to:
        return Days(query.compare_from, query.compare_to)
    return None


def plan_days(query: PeriodQuery, today: date, first_day: date) -> Days:
    """``today`` and ``first_day`` (the oldest there may be numbers for) by the site's calendar."""
    if query.period is Period.ALL:
        return Days(min(first_day, today), today)
    if query.period is Period.CUSTOM and query.from_ and query.to:
        return Days(query.from_, query.to)
    return days_of(query.period, today)


def plan_totals(site_id: int, days: Days, zone: ZoneInfo, filters: tuple[Filter, ...] = ()) -> Plan:
    """All of the period as one bucket."""
    begin, end = bounds(days, zone)
    return Plan(site_id, (begin,), end, filters)


def plan_series(
    site_id: int, days: Days, interval: Interval, zone: ZoneInfo, now: datetime, filters: tuple[Filter, ...] = ()
) -> Plan:
    """Buckets of ``interval``, without those that lie in the future. Raises ``TooManyPointsError``."""
    if max_buckets(days, interval) > MAX_POINTS:
        raise TooManyPointsError.for_field(
            "interval", f"{interval} gives more than {MAX_POINTS:,} points; choose a longer one"
        )
    return Plan(site_id, tuple(until(starts(days, interval, zone), now)), bounds(days, zone)[1], filters)


def suitable_interval(period: Period, days: Days) -> Interval:
    """What a chart of the period is best drawn with."""
    if period in _INTERVALS:
        return _INTERVALS[period]
    return next((interval for most, interval in _INTERVALS_BY_LENGTH if days.count <= most), Interval.MONTH)
