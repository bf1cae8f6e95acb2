from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.api.http.models import Input, Output


class AccountingQuery(Input):
    site: Annotated[str, Field(max_length=100)] | None = None
    """Only this site. Left out: all of them, and what cannot be told."""


class Account(Output):
    """Accepted beacons, and where they are: accepted = stored + dropped + dead letters + backlog + difference."""

    accepted: int
    stored: int
    dropped: dict[str, int]
    """By reason."""
    dead_letters: int
    """That could not be read or stored, also those that were dealt with since."""
    backlog: int
    """Waiting in the streams."""
    difference: int
    """0, unless beacons are lost (above 0) or counted twice (below 0)."""


class SiteAccount(Account):
    site: str | None
    """Null for all beacons of which the site cannot be told, or is deleted."""


class Spool(Output):
    """What a collector last told of the beacons that it has on disk, until Redis takes them."""

    collector: str
    beacons: int
    bytes: int
    reported_at: datetime


class Accounting(Output):
    as_of: datetime
    total: Account
    """Of the whole install, by the streams' own count, which also knows of beacons that are gone."""
    spooled: int
    """Accepted and not yet on the streams: on the collectors' disks. Not in the accounts."""
    spools: tuple[Spool, ...]
    sites: tuple[SiteAccount, ...]
