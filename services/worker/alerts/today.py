"""Whether today is out of the ordinary already: visits until the last full hour, beside the same weekdays before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from common.store import load_queries

WEEKS = 8
FEWEST_WEEKS = 3
FEWEST_VISITS = 20
"""That make a difference."""
FAR = 5.0
"""Usual differences."""
SPIKE_FACTOR, DIP_FACTOR = 1.5, 0.5
_ONE_DAY = timedelta(days=1)
_SQL = load_queries("services.worker.alerts")


@dataclass(frozen=True, slots=True)
class Today:
    day: date
    hours: int
    """That are over, by the site's clock."""
    visits: int
    usual: tuple[int, ...]
    """Of the same hours of the same weekdays before, the newest first."""

    @property
    def expected(self) -> float:
        return float(median(self.usual)) if self.usual else 0.0

    @property
    def deviation(self) -> float:
        """Usual differences above, or below 0, what is expected."""
        spread = 1.4826 * median(abs(visits - self.expected) for visits in self.usual) if self.usual else 0.0
        # Chance moves a count by its root, and no site is more even than a tenth.
        return float((self.visits - self.expected) / max(spread, sqrt(self.expected + 1), 0.1 * self.expected))

    @property
    def _can_be_judged(self) -> bool:
        return len(self.usual) >= FEWEST_WEEKS and abs(self.visits - self.expected) >= FEWEST_VISITS

    @property
    def is_spike(self) -> bool:
        return self._can_be_judged and self.deviation >= FAR and self.visits >= SPIKE_FACTOR * self.expected

    @property
    def is_dip(self) -> bool:
        return self._can_be_judged and self.deviation <= -FAR and self.visits <= DIP_FACTOR * self.expected


async def look_at_today(connection: Any, site_id: int, timezone: str, now: datetime) -> Today:
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    day = local.date()
    first = await connection.fetchval(_SQL["first_day"], site_id)
    before = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    known = [each for each in before if first is not None and each >= first]
    sums = dict.fromkeys((day, *known), 0)
    for row in await connection.fetch(_SQL["hours_of_days"], site_id, list(sums)):
        begin = datetime.strptime(row["hour"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        if begin.astimezone(zone).hour < local.hour:
            sums[row["day"]] += row["visits"]
    return Today(day, local.hour, sums[day], tuple(_of(sums, known)))


def _of(sums: dict[date, int], days: Sequence[date]) -> list[int]:
    return [sums[day] for day in days]
