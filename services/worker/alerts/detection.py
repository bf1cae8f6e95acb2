"""Detects unusual days and silence by comparing a site with its own recent weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from statistics import median
from zoneinfo import ZoneInfo

from common.store import Connection, load_queries

WEEKS = 8
MIN_WEEKS = 3
MIN_DIFFERENCE = 20
"""Visits by which today must differ from what is expected."""
MIN_DEVIATION = 5.0
"""In robust standard deviations."""
SPIKE_FACTOR, DIP_FACTOR = 1.5, 0.5

SILENCE_DAYS = 7
MIN_BUSY_DAYS = 4
"""Of the last seven days. So the usual quiet hours of a night are no silence."""
SILENCE_LOOKBACK = timedelta(days=2)
"""An older silence is not reported."""

_SQL = load_queries("services.worker.alerts")


@dataclass(frozen=True, slots=True)
class Today:
    """Visits up to the last full hour of today, compared with the same weekday of earlier weeks."""

    day: date
    hours: int
    """Full hours of the day so far, in the site's time zone."""
    visits: int
    previous: tuple[int, ...]
    """Visits in the same hours of the same weekday in earlier weeks, the newest first."""

    @property
    def expected(self) -> float:
        return float(median(self.previous)) if self.previous else 0.0

    @property
    def deviation(self) -> float:
        """Difference to the expected visits in robust standard deviations; negative when there are fewer."""
        spread = 1.4826 * median(abs(visits - self.expected) for visits in self.previous) if self.previous else 0.0
        # A count varies by about its square root by chance alone, and even a steady site varies by a tenth.
        return float((self.visits - self.expected) / max(spread, sqrt(self.expected + 1), 0.1 * self.expected))

    @property
    def _is_comparable(self) -> bool:
        return len(self.previous) >= MIN_WEEKS and abs(self.visits - self.expected) >= MIN_DIFFERENCE

    @property
    def is_spike(self) -> bool:
        return self._is_comparable and self.deviation >= MIN_DEVIATION and self.visits >= SPIKE_FACTOR * self.expected

    @property
    def is_dip(self) -> bool:
        return self._is_comparable and self.deviation <= -MIN_DEVIATION and self.visits <= DIP_FACTOR * self.expected


async def read_today(connection: Connection, site_id: int, timezone: str, now: datetime) -> Today:
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    day = local.date()
    first = await connection.fetchval(_SQL["first_day"], site_id)
    same_weekday = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    previous = [each for each in same_weekday if first is not None and each >= first]
    visits = dict.fromkeys((day, *previous), 0)
    for row in await connection.fetch(_SQL["visits_by_hour"], site_id, list(visits)):
        begin = datetime.strptime(row["hour"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        if begin.astimezone(zone).hour < local.hour:
            visits[row["day"]] += row["visits"]
    return Today(day, local.hour, visits[day], tuple(visits[each] for each in previous))


async def silent_since(
    connection: Connection, shards: Sequence[int], site_id: int, minutes: int, now: datetime
) -> datetime | None:
    """Return the time of the last event of a site that is silent.

    None if there was an event in the last ``minutes``, or if the site is usually quiet at this time of day.
    """
    last = await _last_event(connection, shards, site_id, now - SILENCE_LOOKBACK, now)
    span = timedelta(minutes=minutes)
    if last is None or last > now - span:
        return None
    busy_days = 0
    for days in range(1, SILENCE_DAYS + 1):
        end = now - timedelta(days=days)
        busy_days += await _last_event(connection, shards, site_id, end - span, end) is not None
    return last if busy_days >= MIN_BUSY_DAYS else None


async def _last_event(
    connection: Connection, shards: Sequence[int], site_id: int, since: datetime, until: datetime
) -> datetime | None:
    """Query one shard at a time: each has its own index by time, and in a distributed database its own server."""
    times = [await connection.fetchval(_SQL["last_event"], shard, site_id, since, until) for shard in shards]
    return max(filter(None, times), default=None)
