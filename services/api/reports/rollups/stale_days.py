"""Counts stale days from raw rows, in the same snapshot as the rollups."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from common.beacon import Kind
from common.metrics import COUNTERS
from common.rollups import RollupDimension
from common.store import Connection, load_queries
from services.api.reports.buckets import bounds
from services.api.reports.compose import value_of as value_of_dimension
from services.api.reports.periods import Days
from services.api.reports.report_dimensions import DIMENSIONS, counts_events, kinds_of

_SQL = load_queries(__package__)
_KINDS = [Kind.PAGEVIEW.value, Kind.EVENT.value, Kind.CLICK.value, Kind.LEAVE.value]
_SECONDS = 60


@dataclass(slots=True)
class RawCounts:
    """Counts of one value on one or several days."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    visitors: bytes = b""
    """Concatenated visitor hashes; a visitor of two days is in it twice."""

    def add(self, other: "RawCounts") -> None:
        for name, count in other.counts.items():
            self.counts[name] += count
        self.visitors += other.visitors


RawCountsByDay = dict[tuple[date, str], RawCounts]


async def count_stale_days(
    connection: Connection,
    shards: Sequence[int],
    site_id: int,
    zone: ZoneInfo,
    days: Iterable[date],
    dimension: RollupDimension,
    values: Sequence[str] | None = None,
) -> RawCountsByDay:
    """Count by day and value; ``values``: only these."""
    tallies: defaultdict[tuple[date, str], RawCounts] = defaultdict(RawCounts)
    for run in consecutive_runs(days):
        asked = [list(shards), site_id, *bounds(run, zone), _midnights(run, zone), values]
        for name, more in _questions(dimension):
            part, value = name
            text = _SQL[part].format(value=value)
            for row in await connection.fetch(text, *asked, *more, timeout=_SECONDS):
                raw_counts = tallies[run.first + timedelta(days=row["number"] - 1), row["value"]]
                raw_counts.visitors += row.get("visitors") or b""
                for counter in COUNTERS:
                    raw_counts.counts[counter] += row.get(counter) or 0
    return dict(tallies)


def _questions(dimension: RollupDimension) -> Iterator[tuple[tuple[str, str], list[Any]]]:
    """Yield the statements to run, each with its value expression and further arguments."""
    value, kinds = value_of(dimension), [kind.value for kind in kinds_of(dimension)]
    if not kinds:
        yield ("raw_visits", value), []
    if counts_events(dimension):
        # Leaves count for pages too; custom events and clicks only for their own names.
        counted = kinds if dimension in (RollupDimension.EVENT, RollupDimension.LINK) else _KINDS
        yield ("raw_events", value), [*_KINDS, counted]
    if kinds:
        yield ("raw_visitors", value), [kinds]
    if dimension is RollupDimension.PAGE:
        yield ("raw_entries", value_of(RollupDimension.ENTRY)), []


def consecutive_runs(days: Iterable[date]) -> Iterator[Days]:
    """Group consecutive days."""
    run: Days | None = None
    for day in sorted(days):
        if run is not None and day == run.last + timedelta(days=1):
            run = Days(run.first, day)
            continue
        if run is not None:
            yield run
        run = Days(day, day)
    if run is not None:
        yield run


def _midnights(run: Days, zone: ZoneInfo) -> list[Any]:
    days = (run.first + timedelta(days=number) for number in range(run.count))
    return [bounds(Days(day, day), zone)[0] for day in days]


def value_of(rolled: RollupDimension) -> str:
    """Return the expression that reads the value from visits v, or from events e for dimensions of events."""
    if rolled is RollupDimension.TOTAL:
        return "''"
    return value_of_dimension(DIMENSIONS[rolled.name.lower()], "e" if kinds_of(rolled) else "v", [])
