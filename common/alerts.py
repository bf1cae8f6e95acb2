"""Alerts and reports of a site: kinds, channels, and the message."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class AlertKind(StrEnum):
    SPIKE = "spike"
    """Far more visits today than usual at this hour."""
    DIP = "dip"
    """Far fewer visits today than usual at this hour."""
    SILENCE = "silence"
    """No visits at a time of day at which there usually are some."""
    WEEKLY = "weekly"
    """A report of the previous week, on Monday morning."""
    MONTHLY = "monthly"
    """A report of the previous month, on the morning of the first day of a month."""
    TEST = "test"
    """A test message that a user requested. No alert has this kind."""


class AlertChannel(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"


class AlertRow(BaseModel):
    """One row of a message's table."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    label: str
    value: str
    change: str = ""
    """Change from the period before, such as ``+12.5 %``."""


class AlertMessage(BaseModel):
    """The content of an alert, which a webhook receives as JSON and an e-mail shows as text."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    kind: AlertKind
    site: str
    at: datetime
    """When the incident was detected."""
    title: str
    """One line."""
    text: str
    """One or two sentences."""
    rows: tuple[AlertRow, ...] = ()
    numbers: dict[str, float] = {}
    """The numbers of the text in machine-readable form."""
