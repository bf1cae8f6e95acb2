"""Evaluates all alerts and queues a delivery for each new incident, once however often it is detected."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from common.alerts import AlertKind, AlertMessage
from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from common.store import Pool, load_queries
from services.worker.alerts.detection import Today, read_today, silent_since
from services.worker.alerts.reports import create_report, report_due

_SQL = load_queries("services.worker.alerts")
_log = structlog.get_logger()

HasBacklog = Callable[[], Awaitable[bool]]
"""Returns whether there are beacons that are not stored yet."""


class _Alert(NamedTuple):
    id: UUID
    kind: AlertKind
    silence_minutes: int
    created_at: datetime
    site_id: int
    site: str
    timezone: str


class _Incident(NamedTuple):
    key: str
    """Unique per alert."""
    message: AlertMessage


class AlertChecks:
    def __init__(
        self, pool: Pool, shards: Sequence[int], has_backlog: HasBacklog, clock: Clock, random: Randomness
    ) -> None:
        self._pool = pool
        self._shards = shards
        self._has_backlog = has_backlog
        self._clock = clock
        self._random = random

    async def run(self) -> int:
        """Evaluate all enabled alerts; return the number of new incidents."""
        rows = await self._pool.fetch(_SQL["enabled_alerts"])
        alerts = [_Alert(row["id"], AlertKind(row["kind"]), *list(row)[2:]) for row in rows]
        now_ms, new = self._clock(), 0
        # A site only seems silent while its beacons wait in the streams.
        is_behind = any(alert.kind is AlertKind.SILENCE for alert in alerts) and await self._has_backlog()
        today_by_site: dict[int, Today] = {}
        for alert in alerts:
            if alert.kind is AlertKind.SILENCE and is_behind:
                continue
            incident = await self._evaluate(alert, utc(now_ms), today_by_site)
            if incident is not None:
                new += await self._record(alert, incident, now_ms)
        return new

    async def _evaluate(self, alert: _Alert, now: datetime, today_by_site: dict[int, Today]) -> _Incident | None:
        async with self._pool.acquire() as connection:
            if alert.kind is AlertKind.SILENCE:
                last = await silent_since(connection, self._shards, alert.site_id, alert.silence_minutes, now)
                return _Incident(f"silence:{last.isoformat()}", _silence(alert, last, now)) if last else None
            if alert.kind in (AlertKind.WEEKLY, AlertKind.MONTHLY):
                period = report_due(alert.kind, alert.timezone, alert.created_at, now)
                if period is None:
                    return None
                return _Incident(
                    period.incident, await create_report(connection, alert.site_id, alert.site, period, now)
                )
            if alert.site_id not in today_by_site:
                today_by_site[alert.site_id] = await read_today(connection, alert.site_id, alert.timezone, now)
            today = today_by_site[alert.site_id]
            is_unusual = today.is_spike if alert.kind is AlertKind.SPIKE else today.is_dip
            return _Incident(f"{alert.kind}:{today.day}", _unusual_day(alert, today, now)) if is_unusual else None

    async def _record(self, alert: _Alert, incident: _Incident, now_ms: int) -> bool:
        """Queue the delivery; return whether the incident is new."""
        delivery = as_uuid(uuid7(now_ms, self._random(10)))
        body = incident.message.model_dump(mode="json")
        recorded = await self._pool.fetchval(
            _SQL["record_incident"], delivery, alert.id, incident.key, body, utc(now_ms)
        )
        if recorded is not None:
            _log.info("alerts: incident detected", site=alert.site_id, incident=incident.key)
        return recorded is not None


def _silence(alert: _Alert, last: datetime, now: datetime) -> AlertMessage:
    minutes = int((now - last).total_seconds() // 60)
    return AlertMessage(
        kind=AlertKind.SILENCE,
        site=alert.site,
        at=now,
        title=f"{alert.site}: no visits for {minutes} minutes",
        text=f"The last event was recorded at {last:%Y-%m-%d %H:%M} UTC. There are usually visits at this time of day. "
        "Check that the site is up and that its pages still contain the tracker.",
        numbers={"minutes": float(minutes)},
    )


def _unusual_day(alert: _Alert, today: Today, now: datetime) -> AlertMessage:
    direction = "spike" if alert.kind is AlertKind.SPIKE else "dip"
    return AlertMessage(
        kind=alert.kind,
        site=alert.site,
        at=now,
        title=f"Traffic {direction} on {alert.site}",
        text=f"{today.visits:,} visits by {today.hours}:00 today, {today.expected:,.0f} expected.",
        numbers={"visits": float(today.visits), "usual": today.expected, "deviation": round(today.deviation, 1)},
    )
