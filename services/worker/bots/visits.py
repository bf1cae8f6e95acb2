"""Stored visits with their classification, and how a changed one is stored."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from common.bots import Rule
from common.rollups.stale_days import mark_stale
from common.store import Connection, load_queries
from common.visits import SESSION_TIMEOUT
from services.worker.rollups.calendar import Calendar

SQL = load_queries("services.worker.bots")
_REVERSIBLE_VERDICTS = frozenset(rule.value for rule in (Rule.RATE, Rule.PATHS, Rule.LIFETIME_PATHS, Rule.MODEL))
"""Verdicts that a visit can lose again, because they do not follow from a single beacon."""


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
        return not self.bot_verdict or self.bot_verdict in _REVERSIBLE_VERDICTS


class VerdictChange(NamedTuple):
    visit: ClassifiedVisit
    verdict: str
    reason: str

    @property
    def is_change(self) -> bool:
        return (self.verdict, self.reason) != (self.visit.bot_verdict, self.visit.bot_reason)

    @property
    def is_reclassified(self) -> bool:
        """Whether a human visit becomes a bot visit, or the reverse."""
        return bool(self.reason) != bool(self.visit.bot_reason)


async def apply_changes(
    connection: Connection,
    shard: int,
    site_id: int,
    changes: Sequence[VerdictChange],
    calendar: Calendar,
    now: datetime,
) -> int:
    """Store changed verdicts of visits and their events, mark their days as stale, and return the number of visits.

    Needs a transaction that has locked the shard before it read the visits.
    """
    changes = [change for change in changes if change.is_change]
    if not changes:
        return 0
    starts = [change.visit.started_at for change in changes]
    query = SQL.bind(
        "classify_visits",
        shard=shard,
        site_id=site_id,
        visitor_ids=[change.visit.visitor_id for change in changes],
        starts=starts,
        verdicts=[change.verdict for change in changes],
        reasons=[change.reason for change in changes],
        first_start=min(starts),
        last_start=max(starts),
    )
    await connection.execute(*query)
    if reclassified := [change for change in changes if change.is_reclassified]:
        query = SQL.bind(
            "classify_events",
            shard=shard,
            site_id=site_id,
            visitor_ids=[change.visit.visitor_id for change in reclassified],
            starts=[change.visit.started_at for change in reclassified],
            is_bot=[bool(change.reason) for change in reclassified],
            since=min(change.visit.started_at for change in reclassified) - SESSION_TIMEOUT,
            until=max(change.visit.ended_at for change in reclassified),
        )
        await connection.execute(*query)
        days = {(site_id, day) for change in reclassified for day in _days(change.visit, calendar)}
        await mark_stale(connection, shard, days, now)
    return len(changes)


def _days(visit: ClassifiedVisit, calendar: Calendar) -> Iterator[date]:
    """Return the days of the site's calendar on which the visit has events."""
    first, last = (
        calendar.day_and_hour(_epoch_ms(at))[0] for at in (visit.started_at - SESSION_TIMEOUT, visit.ended_at)
    )
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
