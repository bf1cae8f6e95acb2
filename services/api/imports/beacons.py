"""From an event of the past to a beacon: checked, cleaned, and without the address."""

from datetime import UTC, date, datetime

from common.beacon import MAX_LANGUAGE, MAX_NAME, MAX_USER_AGENT, VERSION, Beacon, clean_props
from common.clock import utc
from common.identity import IdentityMode, network_visitor
from common.network import anonymise, canonical
from common.text import clean_text
from common.urls import MAX_URL, parse_page_url, parse_referrer
from services.api.imports.models import ImportEvent, ImportKind
from services.api.sites.models import Site

_EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)


def check_event(event: ImportEvent, now: int) -> None:
    """Raises ``ValueError`` with the reason. ``now``: epoch milliseconds."""
    if not _EARLIEST <= event.time <= now:
        raise ValueError("time: must lie between the year 2000 and now, in epoch milliseconds")
    if not anonymise(event.ip):
        raise ValueError("ip: must be an IPv4 or IPv6 address")
    if event.kind is not ImportKind.PAGEVIEW and not event.name:
        raise ValueError(f"name: is needed for kind {event.kind}")
    clean_props(event.props or {})
    try:
        parse_page_url(event.url)
    except ValueError:
        raise ValueError(f"url: must be an absolute http or https URL of at most {MAX_URL:,} characters") from None


def salt_day(event: ImportEvent) -> date:
    """The UTC day whose salt names the event's visitor."""
    return utc(event.time).date()


def beacon_of(event: ImportEvent, site: Site, salt: bytes) -> Beacon:
    """An event that passed ``check_event``. ``salt``: of its day, or the install's where visitors are persistent."""
    page = parse_page_url(event.url)
    user_agent = clean_text(event.user_agent or "", MAX_USER_AGENT)
    persistent = site.identity is IdentityMode.PERSISTENT
    return Beacon(
        version=VERSION,
        id=bytes.fromhex(event.id),
        site_id=site.id,
        received_at=event.time,
        kind=event.kind.kind,
        visitor_id=network_visitor(salt, site.id, canonical(event.ip), user_agent, persistent=persistent),
        network=anonymise(event.ip),
        user_agent=user_agent,
        host=page.host,
        path=page.path,
        query=page.query,
        referrer=parse_referrer(event.referrer or ""),
        language=clean_text(event.language or "", MAX_LANGUAGE),
        name=clean_text(event.name or "", MAX_NAME),
        props=clean_props(event.props or {}),
        repeatable=True,
    )
