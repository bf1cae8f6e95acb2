"""One message to one target."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.alerts import AlertChannel, AlertMessage


class NotDeliveredError(Exception):
    """The target did not accept the message. The text states the reason briefly, for users who manage the alert."""


@dataclass(frozen=True, slots=True)
class Delivery:
    id: UUID
    alert_id: UUID
    incident: str
    """What the message reports. An alert has one delivery per incident."""
    channel: AlertChannel
    target: str
    secret: str
    message: AlertMessage
    attempts: int
    """Includes the current attempt."""
    created_at: datetime
