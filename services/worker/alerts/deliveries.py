"""Sends what is noted, and tries again what did not arrive.

A delivery is taken before it is sent. A worker that is killed in between sends it again later, under the same id.
"""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import structlog

from common.alerts import AlertChannel, AlertMessage
from common.clock import Clock, utc
from common.config import AlertSettings, MailSettings
from common.store import load_queries
from services.worker.alerts.delivery import Delivery, NotDeliveredError
from services.worker.alerts.mail import send_mail
from services.worker.alerts.webhook import send_webhook

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
"""After each attempt but the last."""
MOST_ATTEMPTS = len(WAITS) + 1
KEPT = timedelta(days=90)
_AT_ONCE = 10
_LONGEST_ERROR = 200
_SQL = load_queries("services.worker.alerts")
_log = structlog.get_logger()


class AlertDeliveries:
    def __init__(self, pool: "asyncpg.Pool[Any]", mail: MailSettings, alerts: AlertSettings, clock: Clock) -> None:
        self._pool = pool
        self._mail = mail
        self._alerts = alerts
        self._clock = clock

    async def run(self) -> int:
        """Sends some of what is due. Gives how many arrived."""
        # The last attempt, too, has a time after which a killed worker's is taken up by another.
        waits = [*WAITS, WAITS[-1]]
        rows = await self._pool.fetch(_SQL["take"], utc(self._clock()), waits, _AT_ONCE)
        return sum(await asyncio.gather(*map(self._deliver, map(_delivery, rows))))

    async def forget(self) -> None:
        """What was told long ago."""
        await self._pool.execute(_SQL["forget"], utc(self._clock()) - KEPT)

    async def _deliver(self, delivery: Delivery) -> bool:
        try:
            if delivery.attempts > MOST_ATTEMPTS:
                raise NotDeliveredError("given up")
            await self._send(delivery)
        except NotDeliveredError as error:
            is_over = delivery.attempts >= MOST_ATTEMPTS
            await self._pool.execute(_SQL["failed"], delivery.id, str(error)[:_LONGEST_ERROR], is_over)
            # Targets are nobody's business but the site's.
            _log.warning("alert not delivered", alert=str(delivery.alert_id), attempt=delivery.attempts)
            return False
        await self._pool.execute(_SQL["sent"], delivery.id, utc(self._clock()))
        return True

    async def _send(self, delivery: Delivery) -> None:
        """Raises ``NotDeliveredError``."""
        if delivery.channel is AlertChannel.EMAIL:
            await send_mail(delivery, self._mail)
        else:
            now = self._clock() // 1000
            await send_webhook(delivery, now, allow_private=self._alerts.allow_private_targets)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        row["id"],
        row["alert_id"],
        row["incident"],
        AlertChannel(row["channel"]),
        row["target"],
        row["secret"],
        AlertMessage.model_validate(row["body"]),
        row["attempts"],
        row["created_at"],
    )
