"""Daily numbers of a site, read from its rollups."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from asyncpg import Record

from common.rollups import RollupDimension, VisitorSketch
from common.store import Connection, load_queries
from services.worker.insights.series import Numbers, Series

_SQL = load_queries("services.worker.insights")


@dataclass(frozen=True, slots=True)
class History:
    """Every day from the first visit to yesterday, in the site's time zone. Days without visits are zeros."""

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

    def day(self, index: int) -> date:
        return self.first + timedelta(days=index)

    def series(self, metric: str) -> Series:
        """``metric``: visitors, visits or pageviews."""
        numbers: Numbers = getattr(self, metric)
        return Series(self.first, numbers)


async def read_history(connection: Connection, site_id: int, timezone: str, now: datetime) -> History | None:
    """Return None for a site without visits before today."""
    yesterday = now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)
    days = {
        row["day"]: (row["uniques"], row["visits"], row["pageviews"])
        for row in await connection.fetch(_SQL["days"], site_id, yesterday)
    }
    deltas: defaultdict[date, list[Record]] = defaultdict(list)
    for row in await connection.fetch(_SQL["day_deltas"], site_id, yesterday):
        deltas[row["day"]].append(row)
    sketches = await _sketches_with_deltas(connection, site_id, deltas)
    for day, rows in deltas.items():
        _, visits, pageviews = days.get(day, (0, 0, 0))
        days[day] = (
            sketches[day].estimate,
            visits + sum(row["visits"] for row in rows),
            pageviews + sum(row["pageviews"] for row in rows),
        )
    days_with_visits = [day for day, (_, visits, _) in days.items() if visits > 0]
    if not days_with_visits:
        return None
    first = min(days_with_visits)
    length = (yesterday - first).days + 1
    table = np.array([days.get(first + timedelta(days=index), (0, 0, 0)) for index in range(length)], dtype=np.float64)
    return History(site_id, timezone, first, *np.maximum(table.T, 0))


async def count_visitors(connection: Connection, site_id: int, days: Iterable[date]) -> int:
    """Return the number of unique visitors of all the days together."""
    requested = set(days)
    union = VisitorSketch(RollupDimension.TOTAL)
    for row in await connection.fetch(_SQL["day_sketches"], site_id, sorted(requested)):
        union.merge(row["visitors"])
    for row in await connection.fetch(_SQL["day_deltas"], site_id, max(requested)):
        if row["day"] in requested:
            union.add(row["visitors"])
    return union.estimate


async def visits_by_hour(connection: Connection, history: History, days: int) -> Numbers:
    """Return the average visits per day in each of the 24 hours of the site's time zone, over the last ``days``."""
    zone = ZoneInfo(history.timezone)
    first = max(history.first, history.last - timedelta(days=days - 1))
    visits = np.zeros(24)
    for row in await connection.fetch(_SQL["hours"], history.site_id, first, history.last):
        begin = datetime.strptime(row["hour"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        visits[begin.astimezone(zone).hour] += row["visits"]
    return visits / ((history.last - first).days + 1)


async def _sketches_with_deltas(
    connection: Connection, site_id: int, deltas: dict[date, list[Record]]
) -> dict[date, VisitorSketch]:
    """Return the sketches of the days that have deltas, with the visitors of these deltas."""
    sketches = {day: VisitorSketch(RollupDimension.TOTAL) for day in deltas}
    if deltas:
        for row in await connection.fetch(_SQL["day_sketches"], site_id, sorted(deltas)):
            sketches[row["day"]].merge(row["visitors"])
    for day, rows in deltas.items():
        for row in rows:
            sketches[day].add(row["visitors"])
    return sketches
