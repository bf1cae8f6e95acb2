"""Alerts in the store."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from common.alerts import AlertChannel, AlertKind, AlertMessage
from common.store import load_queries
from services.api.alerts.models import MAX_ALERTS, AlertView, DeliveryView, NewAlert

_SQL = load_queries(__package__)


class AlertRepository:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[AlertView]:
        """The oldest first."""
        return [_alert(row) for row in await self._pool.fetch(_SQL["alerts"], site_id)]

    async def get(self, alert_id: UUID, site_id: int) -> AlertView | None:
        row = await self._pool.fetchrow(_SQL["alert"], alert_id, site_id)
        return _alert(row) if row else None

    async def add(self, alert_id: UUID, site_id: int, wanted: NewAlert, secret: str, now: datetime) -> bool:
        """False when the site has as many as it may."""
        stored = (*_columns(wanted), secret, now, MAX_ALERTS)
        return await self._pool.fetchval(_SQL["add_alert"], alert_id, site_id, *stored) is not None

    async def change(self, alert_id: UUID, site_id: int, wanted: NewAlert) -> AlertView | None:
        """The alert as it is afterwards; None when the site has no such alert."""
        row = await self._pool.fetchrow(_SQL["change_alert"], alert_id, site_id, *_columns(wanted))
        return _alert(row) if row else None

    async def delete(self, alert_id: UUID, site_id: int) -> bool:
        """False when the site has no such alert."""
        return await self._pool.fetchval(_SQL["delete_alert"], alert_id, site_id) is not None

    async def deliveries(self, alert_id: UUID, limit: int) -> list[DeliveryView]:
        """The newest first."""
        rows = await self._pool.fetch(_SQL["deliveries"], alert_id, limit)
        return [_delivery(row) for row in rows]

    async def add_delivery(
        self, delivery_id: UUID, alert_id: UUID, incident: str, message: AlertMessage, now: datetime
    ) -> None:
        """For a worker to send."""
        body = message.model_dump(mode="json")
        await self._pool.execute(_SQL["add_delivery"], delivery_id, alert_id, incident, body, now)


def _columns(wanted: NewAlert) -> tuple[str, str, str, bool, int]:
    return wanted.kind.value, wanted.channel.value, wanted.target, wanted.enabled, wanted.silence_minutes


def _alert(row: Any) -> AlertView:
    return AlertView(**{**row, "kind": AlertKind(row["kind"]), "channel": AlertChannel(row["channel"])})


def _delivery(row: Any) -> DeliveryView:
    fields = dict(row)
    return DeliveryView(message=AlertMessage.model_validate(fields.pop("body")), **fields)
