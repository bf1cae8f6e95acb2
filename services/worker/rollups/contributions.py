"""What visits and events contribute to rollups: rows that can be added up, with a value, a day, counts and a visitor.

A batch that is being stored and the raw rows of a day produce the same contributions, so a rollup has the same numbers
whether it was built from deltas or rebuilt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from common.beacon import Kind
from common.dimensions import OPENING_COLUMNS, VisitValues
from common.metrics import COUNTERS
from common.rollups import RollupDimension
from services.worker.rollups.calendar import Calendar

Sums = tuple[int, ...]
"""One number for each of ``COUNTERS``."""
_ZEROS: Sums = (0,) * len(COUNTERS)
_SUMS_OF_KIND = {
    Kind.PAGEVIEW: (0, 0, 0, 1, 0, 0, 0, 0, 0),
    Kind.EVENT: (0, 0, 0, 0, 1, 0, 0, 0, 0),
    Kind.CLICK: (0, 0, 0, 0, 0, 1, 0, 0, 0),
}
NO_VISITOR = b""
_ENTRY = OPENING_COLUMNS.index("entry_page")


class SiteDay(NamedTuple):
    """A day of a site's calendar."""

    site_id: int
    day: date


@dataclass(slots=True)
class ValueContributions:
    """Contributions to one dimension, as columns of the same length."""

    days: list[int] = field(default_factory=list)
    """Indexes into ``Contributions.days``."""
    values: list[str] = field(default_factory=list)
    sums: list[Sums] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    """The hash of the visitor to count, or ``NO_VISITOR``."""

    def add(self, day: int, value: str, sums: Sums, visitor: bytes) -> None:
        self.days.append(day)
        self.values.append(value)
        self.sums.append(sums)
        self.hashes.append(visitor)


@dataclass(slots=True)
class VisitContributions:
    """Contributions to every dimension of a visit. The rows of one visit share its values, which are kept once."""

    days: list[int] = field(default_factory=list)
    """Indexes into ``Contributions.days``."""
    hours: list[str] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    """Indexes into ``values``."""
    sums: list[Sums] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    values: list[VisitValues] = field(default_factory=list)
    _indexes: dict[int, int] = field(default_factory=dict)
    """Index of values by their identity. Comparing them would cost more, and ``values`` keeps them alive."""

    def add(self, day: int, hour: str, values: VisitValues, sums: Sums, visitor: bytes) -> None:
        index = self._indexes.get(id(values))
        if index is None:
            index = self._indexes[id(values)] = len(self.values)
            self.values.append(values)
        self.days.append(day)
        self.hours.append(hour)
        self.visits.append(index)
        self.sums.append(sums)
        self.hashes.append(visitor)


class Contributions:
    """Collects contributions. ``calendars``: those of all sites involved. ``only``: the wanted day; None for all."""

    def __init__(self, calendars: Mapping[int, Calendar], only: date | None = None) -> None:
        self._calendars = calendars
        self._only = only
        self._indexes: dict[tuple[int, date], int] = {}
        self.visits = VisitContributions()
        self.by_event: Mapping[RollupDimension, ValueContributions] = {
            dimension: ValueContributions()
            for dimension in (RollupDimension.PAGE, RollupDimension.EVENT, RollupDimension.LINK)
        }

    @property
    def days(self) -> list[SiteDay]:
        """All days, by their index."""
        return [SiteDay(*day) for day in self._indexes]

    @property
    def size(self) -> int:
        """The number of rows that each dimension of a visit has to add up."""
        return len(self.visits.days)

    def add_visit(
        self, site_id: int, started_at: int, values: VisitValues, visits: int, bounces: int, duration_ms: int,
        visitor: bytes,
    ) -> None:  # fmt: skip
        """Add what a visit has more than was counted before. ``visitor``: the visitor's hash, if the visit is new."""
        day, hour = self._calendars[site_id].day_and_hour(started_at)
        if self._only is not None and day != self._only:
            return
        index = self._index(site_id, day)
        sums = (visits, bounces, duration_ms, 0, 0, 0, 0, 0, 0)
        self.visits.add(index, hour, values, sums, visitor)
        self.by_event[RollupDimension.PAGE].add(index, values[_ENTRY], sums, NO_VISITOR)

    def add_event(
        self, site_id: int, at: int, kind: Kind, path: str, name: str, engaged_ms: int, scroll: int,
        visit_started_at: int, values: VisitValues, visitor: bytes,
    ) -> None:  # fmt: skip
        """Add an event, with the values and the visitor of its visit."""
        calendar = self._calendars[site_id]
        day, hour = calendar.day_and_hour(at)
        is_leave = kind is Kind.LEAVE
        sums = (0, 0, 0, 0, 0, 0, engaged_ms, 1, scroll) if is_leave else _SUMS_OF_KIND[kind]
        dimensions = [(self.by_event[RollupDimension.PAGE], path)]
        if kind is Kind.EVENT:
            dimensions.append((self.by_event[RollupDimension.EVENT], name))
        elif kind is Kind.CLICK:
            dimensions.append((self.by_event[RollupDimension.LINK], name))
        # Visitors count on the day on which their visit began.
        first_day = day if is_leave else calendar.day_and_hour(visit_started_at)[0]
        if self._only is None or day == self._only:
            index = self._index(site_id, day)
            self.visits.add(index, hour, values, sums, NO_VISITOR)
            counted = NO_VISITOR if is_leave or first_day != day else visitor
            for rows, value in dimensions:
                rows.add(index, value, sums, counted)
        if first_day != day and (self._only is None or first_day == self._only):
            index = self._index(site_id, first_day)
            for rows, value in dimensions:
                rows.add(index, value, _ZEROS, visitor)

    def _index(self, site_id: int, day: date) -> int:
        return self._indexes.setdefault((site_id, day), len(self._indexes))
