"""Sends queued deliveries, and retries those that fail.

A delivery is claimed before it is sent. When a worker is killed in between, the delivery is sent again later under the
same id.
"""

import asyncio
from datetime import timedelta

import structlog
from asyncpg import Record

from common.alerts import AlertChannel, AlertMessage
from common.clock import Clock, utc
from common.config import AlertSettings, MailSettings
from common.store import Pool, load_queries
from services.worker.alerts.delivery import Delivery, NotDeliveredError
from services.worker.alerts.mail import send_mail
from services.worker.alerts.webhook import send_webhook

RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
"""After each attempt but the last."""
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
DELIVERIES_KEPT = timedelta(days=90)
_CONCURRENCY = 10
_MAX_ERROR_LENGTH = 200
_SQL = load_queries("services.worker.alerts")
_log = structlog.get_logger()


class AlertDeliveries:
    def __init__(self, pool: Pool, mail: MailSettings, alerts: AlertSettings, clock: Clock) -> None:
        self._pool = pool
        self._mail = mail
        self._alerts = alerts
        self._clock = clock

    async def run(self) -> int:
        """Send some of the deliveries that are due; return how many arrived."""
        # The last attempt has a delay, too: if its worker is killed, another one claims the delivery after it.
        delays = [*RETRY_DELAYS, RETRY_DELAYS[-1]]
        rows = await self._pool.fetch(_SQL["claim_due_deliveries"], utc(self._clock()), delays, _CONCURRENCY)
        return sum(await asyncio.gather(*map(self._deliver, map(_delivery, rows))))

    async def delete_old(self) -> None:
        """Delete finished deliveries after ``DELIVERIES_KEPT``."""
        await self._pool.execute(_SQL["delete_old_deliveries"], utc(self._clock()) - DELIVERIES_KEPT)

    async def _deliver(self, delivery: Delivery) -> bool:
        try:
            if delivery.attempts > MAX_ATTEMPTS:
                raise NotDeliveredError("too many attempts")
            await self._send(delivery)
        except NotDeliveredError as error:
            is_last = delivery.attempts >= MAX_ATTEMPTS
            await self._pool.execute(_SQL["record_failure"], delivery.id, str(error)[:_MAX_ERROR_LENGTH], is_last)
            # The log names no target: only members of the site may see it.
            _log.warning("alerts: delivery failed", alert=str(delivery.alert_id), attempt=delivery.attempts)
            return False
        await self._pool.execute(_SQL["record_success"], delivery.id, utc(self._clock()))
        return True

    async def _send(self, delivery: Delivery) -> None:
        """Raises ``NotDeliveredError``."""
        if delivery.channel is AlertChannel.EMAIL:
            await send_mail(delivery, self._mail)
        else:
            now = self._clock() // 1000
            await send_webhook(delivery, now, allow_private=self._alerts.allow_private_targets)


def _delivery(row: Record) -> Delivery:
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
