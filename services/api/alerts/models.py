import re
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from yarl import URL

from common.alerts import AlertChannel, AlertKind, AlertMessage
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel

MAX_ALERTS = 20
"""Per site."""
MAX_TARGET = 2_000
MAX_ADDRESS = 254
# One address only: no names, lists or line breaks. The mail server checks the rest.
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+")


StoredKind = Literal[AlertKind.SPIKE, AlertKind.DIP, AlertKind.SILENCE, AlertKind.WEEKLY, AlertKind.MONTHLY]
"""All kinds except that of a test message."""


class NewAlert(RequestModel):
    kind: StoredKind
    channel: AlertChannel
    target: Annotated[str, Field(min_length=1, max_length=MAX_TARGET)]
    """The URL of a webhook (http or https), or one email address."""
    enabled: bool = True
    silence_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60
    """Minutes without visits after which the alert `silence` fires."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.channel is AlertChannel.EMAIL and not _is_address(self.target):
            raise ValueError("target: must be a single email address")
        if self.channel is AlertChannel.WEBHOOK and not _is_web_address(self.target):
            raise ValueError("target: must be an http or https URL without user name or password")
        return self


class AlertView(ResponseModel):
    id: UUID
    kind: StoredKind
    channel: AlertChannel
    target: str
    enabled: bool
    silence_minutes: int
    created_at: datetime


class CreatedAlert(AlertView):
    secret: Annotated[str, Field(repr=False)]
    """Key that signs requests to a webhook. Only this response contains it."""


class AlertList(ResponseModel):
    alerts: tuple[AlertView, ...]


class DeliveryView(ResponseModel):
    id: UUID
    incident: str
    """What the message reports, e.g. `spike:2026-11-22`."""
    message: AlertMessage
    created_at: datetime
    attempts: int
    sent_at: datetime | None
    """Null if it was not delivered yet."""
    next_attempt_at: datetime | None
    """Null if there is no further attempt."""
    error: str
    """Error of the last attempt; empty after a success."""


class DeliveryList(ResponseModel):
    deliveries: tuple[DeliveryView, ...]
    """Newest first; at most 100."""


def _is_address(text: str) -> bool:
    return len(text) <= MAX_ADDRESS and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def _is_web_address(text: str) -> bool:
    try:
        url = URL(text)
    except ValueError:
        return False
    is_plain = text.isprintable() and " " not in text and "\\" not in text
    return is_plain and url.scheme in ("http", "https") and bool(url.host) and url.user is None


class AlertNotFoundError(ApiError):
    """The site has no such alert."""


class TooManyAlertsError(ApiError):
    """The site has the maximum number of alerts."""


class TooManyTestsError(ApiError):
    """The alerts of the site were tested too often."""
