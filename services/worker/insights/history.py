"""A site's days, from what is counted in advance."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from common.rollups import RollupDimension, VisitorSketch
from common.store import load_queries
from services.worker.insights.series import Numbers, Series

_SQL = load_queries("services.worker.insights")


@dataclass(frozen=True, slots=True)
class History:
    """Every day from the first visit to yesterday, by the site's calendar; days without a visit are zeros."""

    site_id: int
    timezone: str
    first: date
    visitors: Numbers
    visits: Numbers
    pageviews: Numbers

    def __len__(self) -> int:
        return len(self.visits)

    @property
    def last(self) -> date:
        return self.day(len(self) - 1)

    def day(self, place: int) -> date:
        return self.first + timedelta(days=place)

    def series(self, metric: str) -> Series:
        """``metric``: visitors, visits or pageviews."""
        numbers: Numbers = getattr(self, metric)
        return Series(self.first, numbers)


async def read_history(connection: Any, site_id: int, timezone: str, now: datetime) -> History | None:
    """None where nobody came before today."""
    yesterday = now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)
    days = {
        row["day"]: (row["uniques"], row["visits"], row["pageviews"])
        for row in await connection.fetch(_SQL["days"], site_id, yesterday)
    }
    late: defaultdict[date, list[Any]] = defaultdict(list)
    for row in await connection.fetch(_SQL["day_deltas"], site_id, yesterday):
        late[row["day"]].append(row)
    sketches = await _sketches(connection, site_id, late)
    for day, rows in late.items():
        _, visits, pageviews = days.get(day, (0, 0, 0))
        sketch = sketches[day]
        days[day] = (
            sketch.estimate,
            visits + sum(row["visits"] for row in rows),
            pageviews + sum(row["pageviews"] for row in rows),
        )
    seen = [day for day, (_, visits, _) in days.items() if visits > 0]
    if not seen:
        return None
    first = min(seen)
    length = (yesterday - first).days + 1
    table = np.array([days.get(first + timedelta(days=place), (0, 0, 0)) for place in range(length)], dtype=np.float64)
    return History(site_id, timezone, first, *np.maximum(table.T, 0))


async def visitors_of(connection: Any, site_id: int, days: Iterable[date]) -> int:
    """Different visitors of all the days together."""
    wanted = set(days)
    whole = VisitorSketch(RollupDimension.TOTAL)
    for row in await connection.fetch(_SQL["day_sketches"], site_id, sorted(wanted)):
        whole.merge(row["visitors"])
    for row in await connection.fetch(_SQL["day_deltas"], site_id, max(wanted)):
        if row["day"] in wanted:
            whole.add(row["visitors"])
    return whole.estimate


async def visits_by_hour(connection: Any, history: History, days: int) -> Numbers:
    """A day's, by the 24 hours of the site's clock, over the last ``days``."""
    zone = ZoneInfo(history.timezone)
    first = max(history.first, history.last - timedelta(days=days - 1))
    found = np.zeros(24)
    for row in await connection.fetch(_SQL["hours"], history.site_id, first, history.last):
        begin = datetime.strptime(row["hour"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        found[begin.astimezone(zone).hour] += row["visits"]
    return found / ((history.last - first).days + 1)


async def _sketches(connection: Any, site_id: int, late: dict[date, list[Any]]) -> dict[date, VisitorSketch]:
    sketches = {day: VisitorSketch(RollupDimension.TOTAL) for day in late}
    if late:
        for row in await connection.fetch(_SQL["day_sketches"], site_id, sorted(late)):
            sketches[row["day"]].merge(row["visitors"])
    for day, rows in late.items():
        for row in rows:
            sketches[day].add(row["visitors"])
    return sketches
