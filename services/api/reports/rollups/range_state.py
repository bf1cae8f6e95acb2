"""The state of a range of days: version, stale days, pending deltas and number of visits."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from common.rollups import RollupDimension
from common.store import Connection, load_queries
from services.api.reports.periods import Days
from services.api.reports.rollups.bucket_cover import cover

_SQL = load_queries(__package__)
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SiteCalendar:
    """A site, its time zone, and today's date there."""

    site_id: int
    zone: ZoneInfo
    today: date


@dataclass(frozen=True, slots=True)
class RangeState:
    version: int
    stale: frozenset[date]
    """Days with stale rollups."""
    stale_exits: frozenset[date]
    """Days with stale rollups of exit pages, or of everything."""
    has_deltas: bool
    visits: int
    """Approximate number of visits, since stale days are included."""

    @property
    def is_settled(self) -> bool:
        """Whether the rollups of the range are complete."""
        return not (self.has_deltas or self.stale or self.stale_exits)

    def stale_of(self, dimension: RollupDimension) -> frozenset[date]:
        return self.stale_exits if dimension is RollupDimension.EXIT else self.stale


async def read_state(connection: Connection, where: SiteCalendar, days: Days) -> RangeState:
    covered = cover(days, where.today)
    grains = [int(grain) for grain, _ in covered.buckets]
    firsts = [first for _, first in covered.buckets]
    row = await connection.fetchrow(
        _SQL["state"], where.site_id, days.first, covered.last, grains, firsts, timeout=_SECONDS
    )
    assert row is not None  # noqa: S101 - the statement always gives one row
    return RangeState(
        row["version"] or 0,
        frozenset(row["stale"]),
        frozenset(row["stale_exits"]),
        row["has_deltas"],
        row["visits"],
    )
