"""What the worker knows of a beacon once it is enriched, and how it refuses one."""

from dataclasses import dataclass

import msgspec

from common.beacon import Beacon
from common.outcomes import DropReason
from services.worker.enrich.channel import Channel


class Event(msgspec.Struct, gc=False):
    """A beacon and the facts that the steps found in it. '' means: not known, or none.

    Mutable while the steps run; afterwards nobody writes to it.
    """

    beacon: Beacon
    hostname: str = ""
    path: str = ""
    referrer: str = ""
    """Host and path of another site's page, without scheme."""
    source: str = ""
    """Who sent the visitor: 'Google', 'Hacker News', 'news.example.org'."""
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
    """Why this is no human; '' for humans. As the rules say, and then as the site wants it."""
    bot_verdict: str = ""
    """What the rules said."""


@dataclass(frozen=True, slots=True)
class Drop:
    reason: DropReason
