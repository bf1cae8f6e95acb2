"""What visits and events say, as lines that can be added up: a value on a day, what it counts, and who it was.

The same lines come from a batch that is being stored and from the raw rows of a day, so a rollup is the same
whichever way it came about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from common.beacon import Kind
from common.metrics import COUNTERS
from common.rollups import RollupDimension
from common.visits import OPENING_COLUMNS, VisitValues
from services.worker.rollups.calendar import Calendar

Counts = tuple[int, ...]
"""One for each of ``COUNTERS``."""
_NOTHING: Counts = (0,) * len(COUNTERS)
_COUNTS_OF_KIND = {
    Kind.PAGEVIEW: (0, 0, 0, 1, 0, 0, 0, 0, 0),
    Kind.EVENT: (0, 0, 0, 0, 1, 0, 0, 0, 0),
    Kind.CLICK: (0, 0, 0, 0, 0, 1, 0, 0, 0),
}
NOBODY = b""
_ENTRY = OPENING_COLUMNS.index("entry_page")


class Place(NamedTuple):
    """A day of a site's calendar."""

    site_id: int
    day: date


@dataclass(slots=True)
class Lines:
    """Columns of the same length. ``values`` are those of one dimension, or of all that a visit has."""

    places: list[int] = field(default_factory=list)
    """Numbers of places."""
    values: list[str] = field(default_factory=list)
    counts: list[Counts] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    """Of the visitor who is to be counted, or ``NOBODY``."""

    def add(self, place: int, value: str, counts: Counts, visitor: bytes) -> None:
        self.places.append(place)
        self.values.append(value)
        self.counts.append(counts)
        self.hashes.append(visitor)


@dataclass(slots=True)
class VisitLines:
    """Lines that count for every dimension that a visit has. Those of one visit share its values, kept once."""

    places: list[int] = field(default_factory=list)
    hours: list[str] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    """Places in ``values``."""
    counts: list[Counts] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    values: list[VisitValues] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    """Of values by their identity: they live as long as this does, and comparing them would cost more than it saves."""

    def add(self, place: int, hour: str, values: VisitValues, counts: Counts, visitor: bytes) -> None:
        number = self._numbers.get(id(values))
        if number is None:
            number = self._numbers[id(values)] = len(self.values)
            self.values.append(values)
        self.places.append(place)
        self.hours.append(hour)
        self.visits.append(number)
        self.counts.append(counts)
        self.hashes.append(visitor)


class Facts:
    """``calendars``: of every site that is told of. ``only``: the day that is wanted; None for all."""

    def __init__(self, calendars: Mapping[int, Calendar], only: date | None = None) -> None:
        self._calendars = calendars
        self._only = only
        self._numbers: dict[tuple[int, date], int] = {}
        self.visits = VisitLines()
        self.by_event: Mapping[RollupDimension, Lines] = {
            d: Lines() for d in (RollupDimension.PAGE, RollupDimension.EVENT, RollupDimension.LINK)
        }

    @property
    def places(self) -> list[Place]:
        """By their numbers."""
        return [Place(*place) for place in self._numbers]

    @property
    def lines(self) -> int:
        """How many there are to be added up for each dimension of a visit."""
        return len(self.visits.places)

    def add_visit(
        self, site_id: int, started_at: int, values: VisitValues, visits: int, bounces: int, duration_ms: int,
        visitor: bytes,
    ) -> None:  # fmt: skip
        """What there is more of a visit than was counted before. ``visitor``: its hash, when the visit is new."""
        day, hour = self._calendars[site_id].place(started_at)
        if self._only is not None and day != self._only:
            return
        place = self._number(site_id, day)
        counts = (visits, bounces, duration_ms, 0, 0, 0, 0, 0, 0)
        self.visits.add(place, hour, values, counts, visitor)
        self.by_event[RollupDimension.PAGE].add(place, values[_ENTRY], counts, NOBODY)

    def add_event(
        self, site_id: int, at: int, kind: Kind, path: str, name: str, engaged_ms: int, scroll: int,
        visit_started_at: int, values: VisitValues, visitor: bytes,
    ) -> None:  # fmt: skip
        """An event, with the values and the visitor of its visit."""
        calendar = self._calendars[site_id]
        day, hour = calendar.place(at)
        is_leave = kind is Kind.LEAVE
        counts = (0, 0, 0, 0, 0, 0, engaged_ms, 1, scroll) if is_leave else _COUNTS_OF_KIND[kind]
        dimensions = [(self.by_event[RollupDimension.PAGE], path)]
        if kind is Kind.EVENT:
            dimensions.append((self.by_event[RollupDimension.EVENT], name))
        elif kind is Kind.CLICK:
            dimensions.append((self.by_event[RollupDimension.LINK], name))
        # Visitors belong to the day on which their visit began.
        first_day = day if is_leave else calendar.place(visit_started_at)[0]
        if self._only is None or day == self._only:
            place = self._number(site_id, day)
            self.visits.add(place, hour, values, counts, NOBODY)
            who = NOBODY if is_leave or first_day != day else visitor
            for lines, value in dimensions:
                lines.add(place, value, counts, who)
        if first_day != day and (self._only is None or first_day == self._only):
            place = self._number(site_id, first_day)
            for lines, value in dimensions:
                lines.add(place, value, _NOTHING, visitor)

    def _number(self, site_id: int, day: date) -> int:
        return self._numbers.setdefault((site_id, day), len(self._numbers))
