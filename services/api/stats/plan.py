"""What to read for what was asked: which days, in which buckets."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.api.errors import wrong_field
from services.api.stats.buckets import Interval, bounds, most_buckets, starts, until
from services.api.stats.errors import TooManyPointsError
from services.api.stats.filters import Filter
from services.api.stats.params import PeriodQuery
from services.api.stats.periods import Days, Period, days_of

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
    if most_buckets(days, interval) > MAX_POINTS:
        detail, wrong = wrong_field(
            "interval", f"{interval} gives more than {MAX_POINTS:,} points; choose a longer one"
        )
        raise TooManyPointsError(detail, wrong=wrong)
    return Plan(site_id, tuple(until(starts(days, interval, zone), now)), bounds(days, zone)[1], filters)


def suitable_interval(period: Period, days: Days) -> Interval:
    """What a chart of the period is best drawn with."""
    if period in _INTERVALS:
        return _INTERVALS[period]
    return next((interval for most, interval in _INTERVALS_BY_LENGTH if days.count <= most), Interval.MONTH)
