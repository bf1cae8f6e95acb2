"""One message on its way to one target."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.alerts import AlertChannel, AlertMessage


class NotDeliveredError(Exception):
    """The target did not take it. The message says why, in a few words for those who set the alert up."""


@dataclass(frozen=True, slots=True)
class Delivery:
    id: UUID
    alert_id: UUID
    incident: str
    """What it tells of; an alert tells of each once."""
    channel: AlertChannel
    target: str
    secret: str
    message: AlertMessage
    attempts: int
    """This one included."""
    created_at: datetime
