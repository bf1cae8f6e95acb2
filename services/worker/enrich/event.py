"""The result of enrichment: an event, or the reason why a beacon is dropped."""

from dataclasses import dataclass

import msgspec

from common.beacon import Beacon
from common.outcomes import DropReason
from services.worker.enrich.channel import Channel


class Event(msgspec.Struct, gc=False):
    """A beacon with the values that the steps determined. '' means unknown or none.

    The steps change it; afterwards it does not change.
    """

    beacon: Beacon
    hostname: str = ""
    path: str = ""
    referrer: str = ""
    """Host and path of a page of another site, without scheme."""
    source: str = ""
    """The source of the visit: 'Google', 'Hacker News', 'news.example.org'."""
    channel: Channel = Channel.DIRECT
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    region: str = ""
    city: str = ""
    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    device: str = ""
    screen: str = ""
    language: str = ""
    bot_reason: str = ""
    """Why this is a bot; '' for humans. The verdict of the rules, changed by the overrides of the site."""
    bot_verdict: str = ""
    """The verdict of the rules."""


@dataclass(frozen=True, slots=True)
class Drop:
    reason: DropReason
