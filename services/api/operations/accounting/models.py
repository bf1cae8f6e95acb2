from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.api.http.models import RequestModel, ResponseModel


class AccountingQuery(RequestModel):
    site: Annotated[str, Field(max_length=100)] | None = None
    """Only this site. Left out: all sites, and beacons without a known site."""


class BeaconCounts(ResponseModel):
    """Accepted beacons by outcome: accepted = stored + dropped + dead letters + backlog + difference."""

    accepted: int
    stored: int
    dropped: dict[str, int]
    """By reason."""
    dead_letters: int
    """Beacons that could not be read or stored, including those that were handled since."""
    backlog: int
    """Waiting in the streams."""
    difference: int
    """0, unless beacons are lost (above 0) or counted twice (below 0)."""


class SiteBeaconCounts(BeaconCounts):
    site: str | None
    """Null for all beacons whose site is unknown or deleted."""


class SpooledBeacons(ResponseModel):
    """The beacons that a collector keeps on its disk until Redis accepts them, as it last reported."""

    collector: str
    beacons: int
    bytes: int
    reported_at: datetime


class Accounting(ResponseModel):
    as_of: datetime
    total: BeaconCounts
    """Counts of the whole install. ``accepted`` is counted by the streams themselves, so lost beacons are noticed."""
    spooled: int
    """Accepted beacons that are on the disks of collectors and not yet in the streams. Not included in the counts."""
    spools: tuple[SpooledBeacons, ...]
    sites: tuple[SiteBeaconCounts, ...]
