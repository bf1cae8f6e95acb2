"""What people are told of a site without having to look: kinds, ways, and the message itself."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class AlertKind(StrEnum):
    SPIKE = "spike"
    """Far more visits today than usual by this hour."""
    DIP = "dip"
    """Far fewer."""
    SILENCE = "silence"
    """A site that is usually busy at this time sends nothing."""
    WEEKLY = "weekly"
    """A summary of the week, on Monday morning."""
    MONTHLY = "monthly"
    """A summary of the month, on its first morning after."""
    TEST = "test"
    """A message that somebody asked for, to see whether it arrives. No alert is of this kind."""


class AlertChannel(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"


class AlertRow(BaseModel):
    """A line of a message's table."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    label: str
    value: str
    change: str = ""
    """Against the time before, e.g. ``+12.5 %``."""


class AlertMessage(BaseModel):
    """What a webhook gets as JSON, and an e-mail says."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    kind: AlertKind
    site: str
    at: datetime
    """When it was found."""
    title: str
    """One line."""
    text: str
    """A sentence or two more."""
    rows: tuple[AlertRow, ...] = ()
    numbers: dict[str, float] = {}
    """What the text says, for programs."""
