"""Taking events in that servers tell of, without drowning live traffic, and acknowledging only what is kept."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from redis.exceptions import RedisError

from common.beacon import encode_beacon
from common.clock import Clock, utc
from common.identity import PrivacySignal, shard_of
from common.ids import uuid7
from common.salts import Randomness, SaltStore
from common.streams import StreamReader, StreamWriter
from services.api.http.errors import StreamsUnavailableError
from services.api.http.parsing import invalid_fields
from services.api.server_events.beacons import beacon_of, check_event
from services.api.server_events.errors import BacklogError
from services.api.server_events.models import EventsAnswer, Refused, SentEvent
from services.api.server_events.visitors import EventVisitors
from services.api.sites.models import Site

MAX_BACKLOG = 2_000
"""Entries in any one shard's stream at which these events have to wait."""
_RETRY_SECONDS = 1


class EventService:
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

    async def take(self, site: Site, kind: type[SentEvent], given: Iterable[Any]) -> EventsAnswer:
        """Returns once every event that is not refused is on its stream. ``kind``: what each has to be.

        Raises ``BacklogError`` or ``StreamsUnavailableError``, and has then acknowledged nothing.
        """
        now = self._clock()
        events, refused = _sort(kind, given, site.privacy_signal, now)
        try:
            await self._check_backlog()
            await self._append(site, events, now)
        except (RedisError, OSError) as error:
            raise StreamsUnavailableError(
                "the events cannot be kept now; send them again", retry_after=_RETRY_SECONDS
            ) from error
        return EventsAnswer(accepted=len(events), rejected=tuple(refused))

    async def _check_backlog(self) -> None:
        waiting = await self._reader.waiting(range(self._shards))
        if max(waiting.values(), default=0) > self._max_backlog:
            raise BacklogError("live traffic goes first; send these events again", retry_after=_RETRY_SECONDS)

    async def _append(self, site: Site, events: Iterable[SentEvent], now: int) -> None:
        visitors = EventVisitors(self._salts, site, utc(now))
        by_shard: defaultdict[int, list[bytes]] = defaultdict(list)
        for event in events:
            at = now if event.time is None else event.time
            visitor_id = await visitors.of(event, at)
            beacon = beacon_of(event, site.id, visitor_id, at, uuid7(at, self._random(10)))
            by_shard[shard_of(visitor_id, self._shards)].append(encode_beacon(beacon))
        if by_shard:
            await self._writer.append(by_shard)


def _sort(
    kind: type[SentEvent], given: Iterable[Any], signal: PrivacySignal, now: int
) -> tuple[list[SentEvent], list[Refused]]:
    """Those that can be taken, and why others cannot. ``now``: epoch milliseconds."""
    events: list[SentEvent] = []
    refused: list[Refused] = []
    for index, item in enumerate(given):
        try:
            event = kind.model_validate(item)
            check_event(event, signal, now)
            events.append(event)
        except ValidationError as error:
            refused.append(Refused(index=index, reason="; ".join(map(": ".join, invalid_fields(error)))))
        except ValueError as error:
            refused.append(Refused(index=index, reason=str(error)))
    return events, refused
