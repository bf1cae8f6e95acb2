"""Stored visits with their classification, and how a new one is stored."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from common.bots import Rule
from common.rollups.stale_days import mark_stale
from common.store import load_queries
from common.visits import SESSION_TIMEOUT
from services.worker.rollups.calendar import Calendar

SQL = load_queries("services.worker.bots")
AFTER_THE_FACT = frozenset(rule.value for rule in (Rule.RATE, Rule.PATHS, Rule.LIFETIME_PATHS, Rule.MODEL))
"""Verdicts that a visit can lose again, because they do not follow from one beacon."""


class VisitKey(NamedTuple):
    """Identifies a visit within a shard and a site."""

    visitor_id: UUID
    started_at: datetime


class ClassifiedVisit(NamedTuple):
    visitor_id: UUID
    started_at: datetime
    ended_at: datetime
    pageviews: int
    events: int
    bot_reason: str
    bot_verdict: str
    network: str
    user_agent: str

    @property
    def key(self) -> VisitKey:
        return VisitKey(self.visitor_id, self.started_at)

    @property
    def is_open(self) -> bool:
        """Whether its behavior may change its verdict."""
        return not self.bot_verdict or self.bot_verdict in AFTER_THE_FACT


class VerdictChange(NamedTuple):
    visit: ClassifiedVisit
    verdict: str
    reason: str

    @property
    def is_change(self) -> bool:
        return (self.verdict, self.reason) != (self.visit.bot_verdict, self.visit.bot_reason)

    @property
    def moves(self) -> bool:
        """Whether the visit becomes a bot's, or a human's."""
        return bool(self.reason) != bool(self.visit.bot_reason)


async def apply_changes(
    connection: Any, shard: int, site_id: int, changes: Sequence[VerdictChange], calendar: Calendar, now: datetime
) -> int:
    """Store changed verdicts of visits and their events, mark their days as stale, and return the number of visits.

    Needs a transaction that has locked the shard before it read the visits.
    """
    real = [change for change in changes if change.is_change]
    if not real:
        return 0
    starts = [change.visit.started_at for change in real]
    await connection.execute(
        SQL["classify_visits"],
        shard,
        site_id,
        [change.visit.visitor_id for change in real],
        starts,
        [change.verdict for change in real],
        [change.reason for change in real],
        min(starts),
        max(starts),
    )
    if moved := [change for change in real if change.moves]:
        await connection.execute(
            SQL["classify_events"],
            shard,
            site_id,
            [change.visit.visitor_id for change in moved],
            [change.visit.started_at for change in moved],
            [bool(change.reason) for change in moved],
            min(change.visit.started_at for change in moved) - SESSION_TIMEOUT,
            max(change.visit.ended_at for change in moved),
        )
        days = {(site_id, day) for change in moved for day in _days(change.visit, calendar)}
        await mark_stale(connection, shard, days, now)
    return len(real)


def _days(visit: ClassifiedVisit, calendar: Calendar) -> Iterator[date]:
    """Return the days of the site's calendar on which the visit has events."""
    first, last = (calendar.place(_epoch_ms(at))[0] for at in (visit.started_at - SESSION_TIMEOUT, visit.ended_at))
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
