"""Lists, annotates and erases visitors for administrators."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import asyncpg

from common.beacon import Kind
from common.clock import Clock, utc
from common.identity import cookie_visitor_id
from common.ids import as_uuid
from common.salts import SaltStore
from common.store import Pool, load_queries
from common.visits import SESSION_TIMEOUT
from services.api.reports.buckets import bounds
from services.api.reports.params import FIRST_YEAR, LAST_YEAR
from services.api.reports.periods import Days
from services.api.sites.models import Site
from services.api.visitors.cursors import Cursor, before, read_cursor, write_cursor
from services.api.visitors.erasure import VisitorEraser
from services.api.visitors.models import (
    CursorPageQuery,
    ErasureResult,
    EventView,
    NewVisitorNote,
    VisitEvents,
    VisitNotFoundError,
    VisitorKey,
    VisitorLookupResult,
    VisitorNote,
    VisitorNotFoundError,
    VisitorPage,
    VisitorRow,
    VisitorView,
    VisitPage,
    VisitsQuery,
    VisitView,
)

MAX_EVENTS = 1_000
_END_OF_TIME = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
_START_OF_TIME = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_SQL = load_queries(__package__)
_FIRST_SPAN, _SPAN_FACTOR = timedelta(hours=1), 6
_SECONDS = 30
"""Timeout of a query."""
Row: TypeAlias = asyncpg.Record


class VisitListFilter(NamedTuple):
    """Which visits of a site to list, from a cursor on, newest first. None matches any."""

    site_id: int
    begin: datetime
    end: datetime
    after: Cursor
    country: str | None
    browser: str | None
    is_bot: bool | None


class VisitorRepository:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = range(shards)

    async def visitors(self, selection: VisitListFilter, limit: int, now: datetime) -> Sequence[Row]:
        return await self._newest("visitors", selection, limit, now)

    async def visits(self, selection: VisitListFilter, limit: int, now: datetime) -> Sequence[Row]:
        return await self._newest("visits", selection, limit, now)

    async def visitor(self, key: VisitorKey) -> Row | None:
        found: Row | None = await self._pool.fetchrow(_SQL["visitor"], *key, timeout=_SECONDS)
        return found

    async def visits_of(self, key: VisitorKey, before: datetime, limit: int) -> Sequence[Row]:
        return await self._fetch("visits_of_visitor", *key, before, limit)

    async def end_of_visit(self, key: VisitorKey, started_at: datetime) -> datetime | None:
        found: datetime | None = await self._pool.fetchval(_SQL["end_of_visit"], *key, started_at, timeout=_SECONDS)
        return found

    async def events_of_visit(
        self, key: VisitorKey, started_at: datetime, earliest: datetime, latest: datetime, limit: int
    ) -> Sequence[Row]:
        statement = _SQL.bind(
            "events_of_visit",
            **key._asdict(),
            started_at=started_at,
            earliest=earliest,
            latest=latest,
            limit=limit,
        )
        rows: Sequence[Row] = await self._pool.fetch(*statement, timeout=_SECONDS)
        return rows

    async def put_note(self, key: VisitorKey, label: str, note: str, now: datetime) -> bool:
        """Return False if the visitor is unknown. The visitor is locked, so that no note remains after an erasure."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_SQL["lock_visitor"], *key) is None:
                return False
            await connection.execute(_SQL["put_note"], key.site_id, key.visitor_id, label, note, now)
            return True

    async def delete_note(self, key: VisitorKey) -> None:
        await self._pool.execute(_SQL["delete_note"], key.site_id, key.visitor_id)

    async def _newest(self, name: str, selection: VisitListFilter, limit: int, now: datetime) -> Sequence[Row]:
        """Return the latest ``limit`` rows, newest first.

        No index has the visits of all shards in one order. To avoid sorting all visits of a site, read the last hour
        first, then longer and longer time ranges.
        """
        site_id, begin, end, after, *filters = selection
        for earliest in _widening_starts(begin, min(end, after.started_at, now)):
            rows = await self._fetch(name, site_id, earliest, end, *after, *filters, limit, self._shards)
            if len(rows) >= limit:
                break
        return rows

    async def _fetch(self, name: str, *args: Any) -> Sequence[Row]:
        rows: Sequence[Row] = await self._pool.fetch(_SQL[name], *args, timeout=_SECONDS)
        return rows


class VisitorService:
    def __init__(
        self, visitors: VisitorRepository, erasures: VisitorEraser, salts: SaltStore, shards: int, clock: Clock
    ) -> None:
        self._visitors = visitors
        self._erasures = erasures
        self._salts = salts
        self._shards = shards
        self._clock = clock

    async def visitors(self, site: Site, query: VisitsQuery) -> VisitorPage:
        rows = await self._visitors.visitors(_list_filter(site, query), query.limit + 1, utc(self._clock()))
        shown, next_cursor = _page(rows, query.limit, "seen_at", "id")
        return VisitorPage(visitors=tuple(VisitorRow(**row) for row in shown), next=next_cursor)

    async def visits(self, site: Site, query: VisitsQuery) -> VisitPage:
        rows = await self._visitors.visits(_list_filter(site, query), query.limit + 1, utc(self._clock()))
        shown, next_cursor = _page(rows, query.limit, "started_at", "visitor")
        return VisitPage(visits=tuple(VisitView(**row) for row in shown), next=next_cursor)

    async def visitor(self, site: Site, visitor: str, query: CursorPageQuery) -> VisitorView:
        """Raises ``VisitorNotFoundError``, ``InvalidQueryError``."""
        key = self._key(site, visitor)
        found = await self._visitors.visitor(key)
        if found is None:
            raise _visitor_not_found()
        started_before = read_cursor(query.after).started_at if query.after else _END_OF_TIME
        rows = await self._visitors.visits_of(key, started_before, query.limit + 1)
        shown, next_cursor = _page(rows, query.limit, "started_at", "visitor")
        return VisitorView(**found, visits=tuple(VisitView(**row) for row in shown), next=next_cursor)

    async def events(self, site: Site, visitor: str, started_at: str) -> VisitEvents:
        """``started_at``: ISO 8601 with an offset. Raises ``VisitorNotFoundError``, ``VisitNotFoundError``."""
        key, start = self._key(site, visitor), _moment(started_at)
        end = await self._visitors.end_of_visit(key, start)
        if end is None:
            raise _visit_not_found()
        rows = await self._visitors.events_of_visit(key, start, start - SESSION_TIMEOUT, end, MAX_EVENTS + 1)
        return VisitEvents(
            visitor=key.visitor_id,
            started_at=start,
            events=tuple(map(_event, rows[:MAX_EVENTS])),
            truncated=len(rows) > MAX_EVENTS,
        )

    async def write_note(self, site: Site, visitor: str, note: NewVisitorNote) -> VisitorNote:
        """Raises ``VisitorNotFoundError``."""
        key = self._key(site, visitor)
        if not await self._visitors.put_note(key, note.label, note.note, utc(self._clock())):
            raise _visitor_not_found()
        if not note.label and not note.note:
            await self._visitors.delete_note(key)
        return VisitorNote(visitor=key.visitor_id, label=note.label, note=note.note)

    async def look_up(self, site: Site, cookie: str) -> VisitorLookupResult:
        """Return the visitor id that the collector derives from a cookie."""
        visitor_id = as_uuid(cookie_visitor_id(await self._salts.install(), site.id, cookie))
        known = await self._visitors.visitor(VisitorKey.of(site.id, visitor_id, self._shards))
        return VisitorLookupResult(visitor=visitor_id, known=known is not None)

    async def erase(self, site: Site, visitor: str) -> ErasureResult:
        """Raises ``VisitorNotFoundError`` only for an invalid id."""
        key = self._key(site, visitor)
        erased = await self._erasures.erase(key, site.zone, utc(self._clock()))
        return ErasureResult(
            visitor=key.visitor_id, visits=erased.visits, events=erased.events, dead_letters=erased.dead_letters
        )

    def _key(self, site: Site, visitor: str) -> VisitorKey:
        try:
            return VisitorKey.of(site.id, UUID(visitor), self._shards)
        except ValueError:
            raise _visitor_not_found() from None


def _list_filter(site: Site, query: VisitsQuery) -> VisitListFilter:
    begin = bounds(Days(query.from_, query.from_), site.zone)[0] if query.from_ else _START_OF_TIME
    end = bounds(Days(query.to, query.to), site.zone)[1] if query.to else _END_OF_TIME
    place = read_cursor(query.after) if query.after else before(end)
    return VisitListFilter(site.id, begin, end, place, query.country, query.browser, query.bot.wanted)


def _page(rows: Sequence[Row], limit: int, moment: str, visitor: str) -> tuple[Sequence[Row], str | None]:
    """Return the rows of the page and the cursor of the next one. ``rows``: up to one more than ``limit``."""
    shown = rows[:limit]
    return shown, write_cursor(Cursor(shown[-1][moment], shown[-1][visitor])) if len(rows) > limit else None


def _event(row: Row) -> EventView:
    return EventView(**{**row, "kind": Kind(row["kind"]).name.lower()})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _visit_not_found()


def _visitor_not_found() -> VisitorNotFoundError:
    return VisitorNotFoundError("the visitor does not exist")


def _visit_not_found() -> VisitNotFoundError:
    return VisitNotFoundError("the visitor has no visit that started at this time")


def _widening_starts(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield start times before ``end``, each earlier than the previous one; the last is ``begin``."""
    far = _FIRST_SPAN
    while end - begin > far:
        yield end - far
        far *= _SPAN_FACTOR
    yield begin
