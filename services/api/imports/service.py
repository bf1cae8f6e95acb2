"""Taking events of the past in, without drowning live traffic, and acknowledging only what is kept."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import ValidationError
from redis.exceptions import RedisError

from common.beacon import encode_beacon
from common.clock import Clock, utc
from common.identity import IdentityMode, shard_of
from common.salts import SaltStore
from common.streams import StreamReader, StreamWriter
from services.api.imports.beacons import beacon_of, check_event, salt_day
from services.api.imports.errors import BacklogError, StreamsAwayError
from services.api.imports.models import IMPORT_EVENT, ImportAnswer, ImportEvent, Refused
from services.api.parsing import wrong_fields
from services.api.sites.models import Site

MAX_BACKLOG = 2_000
"""Entries in any one shard's stream at which imports have to wait."""
_RETRY_SECONDS = 1


class ImportService:
    def __init__(
        self,
        writer: StreamWriter,
        reader: StreamReader,
        salts: SaltStore,
        shards: int,
        clock: Clock,
        max_backlog: int = MAX_BACKLOG,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._salts = salts
        self._shards = shards
        self._clock = clock
        self._max_backlog = max_backlog

    async def take(self, site: Site, given: Iterable[Any]) -> ImportAnswer:
        """Returns once every event that is not refused is on its stream.

        Raises ``BacklogError`` or ``StreamsAwayError``, and has then acknowledged nothing.
        """
        events, refused = self._sort(given)
        try:
            await self._check_backlog()
            await self._append(site, events)
        except (RedisError, OSError) as error:
            raise StreamsAwayError(
                "the events cannot be kept now; send them again", retry_after=_RETRY_SECONDS
            ) from error
        return ImportAnswer(accepted=len(events), refused=tuple(refused))

    def _sort(self, given: Iterable[Any]) -> tuple[list[ImportEvent], list[Refused]]:
        now = self._clock()
        events: list[ImportEvent] = []
        refused: list[Refused] = []
        for index, item in enumerate(given):
            try:
                event = IMPORT_EVENT.validate_python(item)
                check_event(event, now)
                events.append(event)
            except ValidationError as error:
                refused.append(Refused(index=index, reason="; ".join(map(": ".join, wrong_fields(error)))))
            except ValueError as error:
                refused.append(Refused(index=index, reason=str(error)))
        return events, refused

    async def _check_backlog(self) -> None:
        waiting = await self._reader.waiting(range(self._shards))
        if max(waiting.values(), default=0) > self._max_backlog:
            raise BacklogError("live traffic goes first; send these events again", retry_after=_RETRY_SECONDS)

    async def _append(self, site: Site, events: Iterable[ImportEvent]) -> None:
        salts: dict[date, bytes] = {}
        by_shard: defaultdict[int, list[bytes]] = defaultdict(list)
        for event in events:
            day = salt_day(event)
            if day not in salts:
                salts[day] = await self._salt(site, day)
            beacon = beacon_of(event, site, salts[day])
            by_shard[shard_of(beacon.visitor_id, self._shards)].append(encode_beacon(beacon))
        if by_shard:
            await self._writer.append(by_shard)

    async def _salt(self, site: Site, day: date) -> bytes:
        if site.identity is IdentityMode.PERSISTENT:
            return await self._salts.install()
        return await self._salts.past_day(day, utc(self._clock()))
