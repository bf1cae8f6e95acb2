"""What can be done with alerts."""

from uuid import UUID

from common.alerts import AlertKind, AlertMessage
from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.alerts.errors import AlertNotFoundError, TooManyAlertsError
from services.api.alerts.models import MAX_ALERTS, AlertView, DeliveryView, MadeAlert, NewAlert
from services.api.alerts.repository import AlertRepository
from services.api.alerts.trials import Trials
from services.api.sites.models import Site

_SECRET_BYTES = 32
_DELIVERIES = 100


class AlertService:
    def __init__(self, alerts: AlertRepository, trials: Trials, clock: Clock, random: Randomness) -> None:
        self._alerts = alerts
        self._trials = trials
        self._clock = clock
        self._random = random

    async def of_site(self, site: Site) -> list[AlertView]:
        """The oldest first."""
        return await self._alerts.of_site(site.id)

    async def get(self, site: Site, alert_id: str) -> AlertView:
        """Raises ``AlertNotFoundError``."""
        return _found(await self._alerts.get(_number(alert_id), site.id))

    async def create(self, site: Site, wanted: NewAlert) -> MadeAlert:
        """Raises ``TooManyAlertsError``."""
        now_ms, secret = self._clock(), f"uvs_{self._random(_SECRET_BYTES).hex()}"
        alert_id = self._new_id(now_ms)
        if not await self._alerts.add(alert_id, site.id, wanted, secret, utc(now_ms)):
            raise TooManyAlertsError(f"a site has at most {MAX_ALERTS} alerts")
        return MadeAlert(id=alert_id, created_at=utc(now_ms), secret=secret, **wanted.model_dump())

    async def replace(self, site: Site, alert_id: str, wanted: NewAlert) -> AlertView:
        """Its secret stays. Raises ``AlertNotFoundError``."""
        return _found(await self._alerts.change(_number(alert_id), site.id, wanted))

    async def delete(self, site: Site, alert_id: str) -> None:
        """Raises ``AlertNotFoundError``."""
        if not await self._alerts.delete(_number(alert_id), site.id):
            raise _not_found()

    async def deliveries(self, site: Site, alert_id: str) -> list[DeliveryView]:
        """The newest first. Raises ``AlertNotFoundError``."""
        return await self._alerts.deliveries((await self.get(site, alert_id)).id, _DELIVERIES)

    async def test(self, site: Site, alert_id: str) -> DeliveryView:
        """Has a worker send a message that says that it is a test.

        Raises ``AlertNotFoundError`` or ``TooManyTestsError``.
        """
        alert = await self.get(site, alert_id)
        await self._trials.take(site.id)
        now_ms = self._clock()
        delivery_id, now = self._new_id(now_ms), utc(now_ms)
        incident = f"{AlertKind.TEST}:{delivery_id}"
        message = AlertMessage(
            kind=AlertKind.TEST,
            site=site.name,
            at=now,
            title=f"{site.name}: this is a test",
            text=f"Somebody wants to know whether messages of the kind {alert.kind} arrive. This one did.",
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


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _not_found() from None


def _found(alert: AlertView | None) -> AlertView:
    if alert is None:
        raise _not_found()
    return alert


def _not_found() -> AlertNotFoundError:
    return AlertNotFoundError("the site has no such alert")
