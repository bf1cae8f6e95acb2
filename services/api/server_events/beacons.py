"""From an event that a server tells of to a beacon: checked, cleaned, and without the address."""

from datetime import UTC, datetime

from common.beacon import MAX_LANGUAGE, MAX_NAME, MAX_USER_AGENT, VERSION, Beacon, clean_props
from common.identity import PrivacySignal
from common.network import anonymize
from common.text import clean_text
from common.urls import MAX_URL, parse_page_url, parse_referrer
from services.api.server_events.models import ImportKind, SentEvent

_EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)


def check_event(event: SentEvent, signal: PrivacySignal, now: int) -> None:
    """Raises ``ValueError`` with the reason. ``signal``: the site's. ``now``: epoch milliseconds."""
    if event.opted_out and signal is PrivacySignal.DROP:
        raise ValueError("opted_out: the site counts nothing of visitors who opted out")
    if event.time is None:
        if event.id is not None:
            raise ValueError("time: is needed with an id, because the same event has the same time")
    elif not _EARLIEST <= event.time <= now:
        raise ValueError("time: must lie between the year 2000 and now, in epoch milliseconds")
    if not anonymize(event.ip):
        raise ValueError("ip: must be an IPv4 or IPv6 address")
    if event.kind is not ImportKind.PAGEVIEW and not event.name:
        raise ValueError(f"name: is needed for kind {event.kind}")
    clean_props(event.props or {})
    try:
        parse_page_url(event.url)
    except ValueError:
        raise ValueError(f"url: must be an absolute http or https URL of at most {MAX_URL:,} characters") from None


def user_agent_of(event: SentEvent) -> str:
    return clean_text(event.user_agent or "", MAX_USER_AGENT)


def beacon_of(event: SentEvent, site_id: int, visitor_id: bytes, at: int, new_id: bytes) -> Beacon:
    """An event that passed ``check_event``. ``at``: when it happened, epoch milliseconds.

    ``new_id``: 16 bytes, for an event without an id of its own.
    """
    page = parse_page_url(event.url)
    return Beacon(
        version=VERSION,
        id=bytes.fromhex(event.id) if event.id else new_id,
        site_id=site_id,
        received_at=at,
        kind=event.kind.kind,
        visitor_id=visitor_id,
        network=anonymize(event.ip),
        user_agent=user_agent_of(event),
        host=page.host,
        path=page.path,
        query=page.query,
        referrer=parse_referrer(event.referrer or ""),
        language=clean_text(event.language or "", MAX_LANGUAGE),
        name=clean_text(event.name or "", MAX_NAME),
        props=clean_props(event.props or {}),
        repeatable=event.id is not None,
    )
