"""Stores, changes and tests alerts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from common.alerts import AlertChannel, AlertKind, AlertMessage
from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from common.store import Pool, load_queries
from services.api.alerts.models import (
    MAX_ALERTS,
    AlertNotFoundError,
    AlertView,
    CreatedAlert,
    DeliveryView,
    NewAlert,
    TooManyAlertsError,
    TooManyTestsError,
)
from services.api.sites.models import Site

_SECRET_BYTES = 32
_DELIVERIES = 100
_LABELS = {
    AlertKind.SPIKE: "Traffic spike",
    AlertKind.DIP: "Traffic drop",
    AlertKind.SILENCE: "No visits",
    AlertKind.WEEKLY: "Weekly report",
    AlertKind.MONTHLY: "Monthly report",
}
_SQL = load_queries(__package__)
MAX_TESTS = 10
"""For all alerts of a site together, so that a new alert does not raise the limit."""
TEST_PERIOD = timedelta(hours=1)


class AlertRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[AlertView]:
        """Oldest first."""
        return [_alert(row) for row in await self._pool.fetch(_SQL["alerts"], site_id)]

    async def get(self, alert_id: UUID, site_id: int) -> AlertView | None:
        row = await self._pool.fetchrow(_SQL["alert"], alert_id, site_id)
        return _alert(row) if row else None

    async def add(self, alert_id: UUID, site_id: int, wanted: NewAlert, secret: str, now: datetime) -> bool:
        """False when the site has the maximum number of alerts."""
        statement = _SQL.bind(
            "add_alert",
            id=alert_id,
            site_id=site_id,
            secret=secret,
            now=now,
            max_alerts=MAX_ALERTS,
            **_columns(wanted),
        )
        return await self._pool.fetchval(*statement) is not None

    async def change(self, alert_id: UUID, site_id: int, wanted: NewAlert) -> AlertView | None:
        """Return the changed alert, or None when the site has no such alert."""
        row = await self._pool.fetchrow(*_SQL.bind("change_alert", id=alert_id, site_id=site_id, **_columns(wanted)))
        return _alert(row) if row else None

    async def delete(self, alert_id: UUID, site_id: int) -> bool:
        """False when the site has no such alert."""
        return await self._pool.fetchval(_SQL["delete_alert"], alert_id, site_id) is not None

    async def deliveries(self, alert_id: UUID, limit: int) -> list[DeliveryView]:
        """Newest first."""
        rows = await self._pool.fetch(_SQL["deliveries"], alert_id, limit)
        return [_delivery(row) for row in rows]

    async def add_delivery(
        self, delivery_id: UUID, alert_id: UUID, incident: str, message: AlertMessage, now: datetime
    ) -> None:
        """Store a delivery for the worker to send."""
        body = message.model_dump(mode="json")
        await self._pool.execute(_SQL["add_delivery"], delivery_id, alert_id, incident, body, now)


class TestMessageLimit:
    """Limits test messages, since each is sent to a target of the user's choice, through this install's mail server."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def take(self, site_id: int) -> None:
        """Count one test message. Raises ``TooManyTestsError``, or ``RedisError`` when Redis is unavailable."""
        name = f"alerts:tests:{site_id}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(name, 0, nx=True, px=TEST_PERIOD)
            pipe.incr(name)
            pipe.ttl(name)
            _, taken, seconds = await pipe.execute()
        if taken > MAX_TESTS:
            raise TooManyTestsError(
                f"at most {MAX_TESTS} test messages per hour and site; try again in {seconds} seconds",
                retry_after=max(1, seconds),
            )


class AlertService:
    def __init__(
        self, alerts: AlertRepository, test_messages: TestMessageLimit, clock: Clock, random: Randomness
    ) -> None:
        self._alerts = alerts
        self._test_messages = test_messages
        self._clock = clock
        self._random = random

    async def of_site(self, site: Site) -> list[AlertView]:
        """Oldest first."""
        return await self._alerts.of_site(site.id)

    async def get(self, site: Site, alert_id: str) -> AlertView:
        """Raises ``AlertNotFoundError``."""
        return _found(await self._alerts.get(_alert_id(alert_id), site.id))

    async def create(self, site: Site, wanted: NewAlert) -> CreatedAlert:
        """Raises ``TooManyAlertsError``."""
        now_ms, secret = self._clock(), f"uvs_{self._random(_SECRET_BYTES).hex()}"
        alert_id = self._new_id(now_ms)
        if not await self._alerts.add(alert_id, site.id, wanted, secret, utc(now_ms)):
            raise TooManyAlertsError(f"a site has at most {MAX_ALERTS} alerts")
        return CreatedAlert(id=alert_id, created_at=utc(now_ms), secret=secret, **wanted.model_dump())

    async def replace(self, site: Site, alert_id: str, wanted: NewAlert) -> AlertView:
        """Its secret stays. Raises ``AlertNotFoundError``."""
        return _found(await self._alerts.change(_alert_id(alert_id), site.id, wanted))

    async def delete(self, site: Site, alert_id: str) -> None:
        """Raises ``AlertNotFoundError``."""
        if not await self._alerts.delete(_alert_id(alert_id), site.id):
            raise _not_found()

    async def deliveries(self, site: Site, alert_id: str) -> list[DeliveryView]:
        """Newest first. Raises ``AlertNotFoundError``."""
        return await self._alerts.deliveries((await self.get(site, alert_id)).id, _DELIVERIES)

    async def test(self, site: Site, alert_id: str) -> DeliveryView:
        """Store a test message for the worker to send.

        Raises ``AlertNotFoundError`` or ``TooManyTestsError``.
        """
        alert = await self.get(site, alert_id)
        await self._test_messages.take(site.id)
        now_ms = self._clock()
        delivery_id, now = self._new_id(now_ms), utc(now_ms)
        incident = f"{AlertKind.TEST}:{delivery_id}"
        message = AlertMessage(
            kind=AlertKind.TEST,
            site=site.name,
            at=now,
            title=f"{site.name}: test message",
            text=f"This is a test of the alert “{_LABELS[alert.kind]}”.",
        )
        await self._alerts.add_delivery(delivery_id, alert.id, incident, message, now)
        return DeliveryView(
            id=delivery_id,
            incident=incident,
            message=message,
            created_at=now,
            attempts=0,
            sent_at=None,
            next_attempt_at=now,
            error="",
        )

    def _new_id(self, now_ms: int) -> UUID:
        return as_uuid(uuid7(now_ms, self._random(10)))


def _alert_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _not_found() from None


def _found(alert: AlertView | None) -> AlertView:
    if alert is None:
        raise _not_found()
    return alert


def _not_found() -> AlertNotFoundError:
    return AlertNotFoundError("the alert does not exist")


def _columns(wanted: NewAlert) -> dict[str, Any]:
    return wanted.model_dump(mode="json")


def _alert(row: Any) -> AlertView:
    return AlertView(**{**row, "kind": AlertKind(row["kind"]), "channel": AlertChannel(row["channel"])})


def _delivery(row: Any) -> DeliveryView:
    fields = dict(row)
    return DeliveryView(message=AlertMessage.model_validate(fields.pop("body")), **fields)
