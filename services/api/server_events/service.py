"""Checks events sent by servers and appends them to the streams. Live traffic has priority."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from pydantic import ValidationError
from redis.exceptions import RedisError

from common.beacon import (
    MAX_LANGUAGE,
    MAX_NAME,
    MAX_USER_AGENT,
    VERSION,
    Beacon,
    clean_props,
    encode_beacon,
)
from common.clock import Clock, utc
from common.identity import IdentityMode, PrivacySignal, cookie_visitor_id, network_visitor_id, shard_of
from common.ids import uuid7
from common.network import anonymize, canonical
from common.salts import DAY_LIFETIME, Randomness, SaltStore
from common.streams import StreamReader, StreamWriter
from common.text import clean_text
from common.urls import MAX_URL, parse_page_url, parse_referrer
from services.api.http.errors import StreamsUnavailableError
from services.api.http.field_errors import invalid_fields
from services.api.server_events.models import (
    BacklogError,
    RejectedServerEvent,
    ServerEvent,
    ServerEventKind,
    ServerEventsResponse,
)
from services.api.sites.models import Site

_EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
MAX_BACKLOG = 2_000
"""Entries in the stream of any shard above which no events are accepted."""
_RETRY_SECONDS = 1


class ServerEventService:
    """Validates events, identifies their visitors and queues them as beacons."""

    def __init__(
        self,
        writer: StreamWriter,
        reader: StreamReader,
        salts: SaltStore,
        shards: int,
        clock: Clock,
        random: Randomness,
        max_backlog: int = MAX_BACKLOG,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._salts = salts
        self._shards = shards
        self._clock = clock
        self._random = random
        self._max_backlog = max_backlog

    async def accept(self, site: Site, kind: type[ServerEvent], given: Iterable[Any]) -> ServerEventsResponse:
        """Return when every valid event is in its stream. ``kind``: the class that validates each event.

        Raises ``BacklogError`` or ``StreamsUnavailableError`` if no event was accepted.
        """
        now = self._clock()
        events, rejected = _validate(kind, given, site.privacy_signal, now)
        try:
            await self._check_backlog()
            await self._append(site, events, now)
        except (RedisError, OSError) as error:
            raise StreamsUnavailableError(
                "the events cannot be stored; send them again later", retry_after=_RETRY_SECONDS
            ) from error
        return ServerEventsResponse(accepted=len(events), rejected=tuple(rejected))

    async def _check_backlog(self) -> None:
        waiting = await self._reader.waiting(range(self._shards))
        if max(waiting.values(), default=0) > self._max_backlog:
            raise BacklogError("the ingest backlog is full; send the events again later", retry_after=_RETRY_SECONDS)

    async def _append(self, site: Site, events: Iterable[ServerEvent], now: int) -> None:
        visitors = _VisitorIds(self._salts, site, utc(now))
        by_shard: defaultdict[int, list[bytes]] = defaultdict(list)
        for event in events:
            at = now if event.time is None else event.time
            visitor_id = await visitors.of(event, at)
            beacon = _build_beacon(event, site.id, visitor_id, at, uuid7(at, self._random(10)))
            by_shard[shard_of(visitor_id, self._shards)].append(encode_beacon(beacon))
        if by_shard:
            await self._writer.append(by_shard)


def _validate(
    kind: type[ServerEvent], given: Iterable[Any], signal: PrivacySignal, now: int
) -> tuple[list[ServerEvent], list[RejectedServerEvent]]:
    """Return the valid events, and the reasons why others are invalid. ``now``: epoch milliseconds."""
    events: list[ServerEvent] = []
    rejected: list[RejectedServerEvent] = []
    for index, item in enumerate(given):
        try:
            event = kind.model_validate(item)
            _check_event(event, signal, now)
            events.append(event)
        except ValidationError as error:
            rejected.append(RejectedServerEvent(index=index, reason="; ".join(map(": ".join, invalid_fields(error)))))
        except ValueError as error:
            rejected.append(RejectedServerEvent(index=index, reason=str(error)))
    return events, rejected


class _VisitorIds:
    """Computes the same visitor ids as the collector, for one request. Reads each salt once."""

    def __init__(self, salts: SaltStore, site: Site, now: datetime) -> None:
        self._store = salts
        self._site = site
        self._now = now
        self._install: bytes | None = None
        self._days: dict[date, bytes] = {}

    async def of(self, event: ServerEvent, at: int) -> bytes:
        """Return 16 bytes. ``at``: time of the event in epoch milliseconds. Raises ``RedisError`` or ``OSError``."""
        site, identity = self._site, self._site.identity
        if event.opted_out and site.privacy_signal is not PrivacySignal.IGNORE:
            identity = IdentityMode.COOKIELESS
        if event.visitor and identity is IdentityMode.COOKIE:
            return cookie_visitor_id(await self._install_salt(), site.id, event.visitor)
        ip, user_agent = canonical(event.ip), _user_agent(event)
        if identity is IdentityMode.PERSISTENT:
            return network_visitor_id(await self._install_salt(), site.id, ip, user_agent, persistent=True)
        return network_visitor_id(await self._day_salt(utc(at).date()), site.id, ip, user_agent)

    async def _install_salt(self) -> bytes:
        if self._install is None:
            self._install = await self._store.install()
        return self._install

    async def _day_salt(self, day: date) -> bytes:
        if day not in self._days:
            is_stored = self._now.date() - day < DAY_LIFETIME
            self._days[day] = await (self._store.day(day) if is_stored else self._store.past_day(day, self._now))
        return self._days[day]


def _check_event(event: ServerEvent, signal: PrivacySignal, now: int) -> None:
    """Raise ``ValueError`` with the reason if the event is invalid. ``now``: epoch milliseconds."""
    if event.opted_out and signal is PrivacySignal.DROP:
        raise ValueError("opted_out: the site does not count visitors who opted out")
    if event.time is None:
        if event.id is not None:
            raise ValueError("time: required with an id, because the same event has the same time")
    elif not _EARLIEST <= event.time <= now:
        raise ValueError("time: must be between the year 2000 and now, in epoch milliseconds")
    if not anonymize(event.ip):
        raise ValueError("ip: must be an IPv4 or IPv6 address")
    if event.kind is not ServerEventKind.PAGEVIEW and not event.name:
        raise ValueError(f"name: required for kind {event.kind}")
    clean_props(event.props or {})
    try:
        parse_page_url(event.url)
    except ValueError:
        raise ValueError(f"url: must be an absolute http or https URL of at most {MAX_URL:,} characters") from None


def _user_agent(event: ServerEvent) -> str:
    return clean_text(event.user_agent or "", MAX_USER_AGENT)


def _build_beacon(event: ServerEvent, site_id: int, visitor_id: bytes, at: int, new_id: bytes) -> Beacon:
    """Convert an event that passed ``_check_event``. ``at``: its time in epoch milliseconds.

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
        user_agent=_user_agent(event),
        host=page.host,
        path=page.path,
        query=page.query,
        referrer=parse_referrer(event.referrer or ""),
        language=clean_text(event.language or "", MAX_LANGUAGE),
        name=clean_text(event.name or "", MAX_NAME),
        props=clean_props(event.props or {}),
        repeatable=event.id is not None,
    )
