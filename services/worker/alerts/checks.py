"""Looks what there is to tell, and notes it to be sent: each incident once, however often it is looked at."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog

from common.alerts import AlertKind, AlertMessage
from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from common.store import load_queries
from services.worker.alerts.reports import report, report_due
from services.worker.alerts.silence import silent_since
from services.worker.alerts.today import Today, look_at_today

_SQL = load_queries("services.worker.alerts")
_log = structlog.get_logger()

Waiting = Callable[[], Awaitable[bool]]
"""Whether beacons wait that are not stored yet."""


class _Alert(NamedTuple):
    id: UUID
    kind: AlertKind
    silence_minutes: int
    created_at: datetime
    site_id: int
    site: str
    timezone: str


class _Incident(NamedTuple):
    name: str
    message: AlertMessage


class AlertChecks:
    def __init__(
        self, pool: "asyncpg.Pool[Any]", shards: Sequence[int], waiting: Waiting, clock: Clock, random: Randomness
    ) -> None:
        self._pool = pool
        self._shards = shards
        self._waiting = waiting
        self._clock = clock
        self._random = random

    async def run(self) -> int:
        """Gives how many incidents are new."""
        rows = await self._pool.fetch(_SQL["alerts"])
        alerts = [_Alert(row["id"], AlertKind(row["kind"]), *list(row)[2:]) for row in rows]
        now_ms, new = self._clock(), 0
        # What lies on the streams may be all that is missing.
        is_behind = any(alert.kind is AlertKind.SILENCE for alert in alerts) and await self._waiting()
        days: dict[int, Today] = {}
        for alert in alerts:
            if alert.kind is AlertKind.SILENCE and is_behind:
                continue
            found = await self._look(alert, utc(now_ms), days)
            if found is not None:
                new += await self._note(alert, found, now_ms)
        return new

    async def _look(self, alert: _Alert, now: datetime, days: dict[int, Today]) -> _Incident | None:
        async with self._pool.acquire() as connection:
            if alert.kind is AlertKind.SILENCE:
                last = await silent_since(connection, self._shards, alert.site_id, alert.silence_minutes, now)
                return _Incident(f"silence:{last.isoformat()}", _silence(alert, last, now)) if last else None
            if alert.kind in (AlertKind.WEEKLY, AlertKind.MONTHLY):
                period = report_due(alert.kind, alert.timezone, alert.created_at, now)
                if period is None:
                    return None
                message = await report(connection, alert.site_id, alert.site, period, now)
                return _Incident(period.incident, message)
            if alert.site_id not in days:
                days[alert.site_id] = await look_at_today(connection, alert.site_id, alert.timezone, now)
            today = days[alert.site_id]
            is_so = today.is_spike if alert.kind is AlertKind.SPIKE else today.is_dip
            return _Incident(f"{alert.kind}:{today.day}", _odd_day(alert, today, now)) if is_so else None

    async def _note(self, alert: _Alert, found: _Incident, now_ms: int) -> bool:
        delivery = as_uuid(uuid7(now_ms, self._random(10)))
        body = found.message.model_dump(mode="json")
        is_new = await self._pool.fetchval(_SQL["note"], delivery, alert.id, found.name, body, utc(now_ms)) is not None
        if is_new:
            _log.info("incident", site=alert.site_id, incident=found.name)
        return is_new


def _silence(alert: _Alert, last: datetime, now: datetime) -> AlertMessage:
    minutes = int((now - last).total_seconds() // 60)
    return AlertMessage(
        kind=AlertKind.SILENCE,
        site=alert.site,
        at=now,
        title=f"{alert.site}: nothing for {minutes} minutes",
        text=f"The last beacon of a visitor came at {last:%Y-%m-%d %H:%M} UTC. At this time of the day there usually "
        "are some: is the site up, and is the tracker still in its pages?",
        numbers={"minutes": float(minutes)},
    )


def _odd_day(alert: _Alert, today: Today, now: datetime) -> AlertMessage:
    much = "more" if alert.kind is AlertKind.SPIKE else "fewer"
    return AlertMessage(
        kind=alert.kind,
        site=alert.site,
        at=now,
        title=f"{alert.site}: far {much} visits than usual",
        text=f"{today.visits:,} visits until {today.hours}:00 today; {today.expected:,.0f} are usual by then on this "
        "weekday.",
        numbers={"visits": float(today.visits), "usual": today.expected, "deviation": round(today.deviation, 1)},
    )
