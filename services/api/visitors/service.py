"""What administrators can do with visitors."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from common.beacon import Kind
from common.clock import Clock, utc
from common.identity import cookie_visitor_id
from common.ids import as_uuid
from common.salts import SaltStore
from common.visits import SESSION_TIMEOUT
from services.api.reports.buckets import bounds
from services.api.reports.params import FIRST_YEAR, LAST_YEAR
from services.api.reports.periods import Days
from services.api.sites.models import Site
from services.api.visitors.cursors import Cursor, before, read_cursor, write_cursor
from services.api.visitors.erasure import Erasures
from services.api.visitors.errors import VisitNotFoundError, VisitorNotFoundError
from services.api.visitors.models import (
    ErasureAnswer,
    EventView,
    LookupAnswer,
    Note,
    NoteView,
    PageQuery,
    VisitEvents,
    VisitorPage,
    VisitorRow,
    VisitorView,
    VisitPage,
    VisitsQuery,
    VisitView,
)
from services.api.visitors.repository import Row, Selection, VisitorKey, VisitorRepository

MAX_EVENTS = 1_000
_EVER = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
_NEVER = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)


class VisitorService:
    def __init__(
        self, visitors: VisitorRepository, erasures: Erasures, salts: SaltStore, shards: int, clock: Clock
    ) -> None:
        self._visitors = visitors
        self._erasures = erasures
        self._salts = salts
        self._shards = shards
        self._clock = clock

    async def visitors(self, site: Site, query: VisitsQuery) -> VisitorPage:
        rows = await self._visitors.visitors(_selection(site, query), query.limit + 1, utc(self._clock()))
        shown, following = _page(rows, query.limit, "seen_at", "id")
        return VisitorPage(visitors=tuple(VisitorRow(**row) for row in shown), next=following)

    async def visits(self, site: Site, query: VisitsQuery) -> VisitPage:
        rows = await self._visitors.visits(_selection(site, query), query.limit + 1, utc(self._clock()))
        shown, following = _page(rows, query.limit, "started_at", "visitor")
        return VisitPage(visits=tuple(VisitView(**row) for row in shown), next=following)

    async def visitor(self, site: Site, visitor: str, query: PageQuery) -> VisitorView:
        """Raises ``VisitorNotFoundError``, ``InvalidQueryError``."""
        key = self._key(site, visitor)
        found = await self._visitors.visitor(key)
        if found is None:
            raise _no_visitor()
        begun_before = read_cursor(query.after).started_at if query.after else _EVER
        rows = await self._visitors.visits_of(key, begun_before, query.limit + 1)
        shown, following = _page(rows, query.limit, "started_at", "visitor")
        return VisitorView(**found, visits=tuple(VisitView(**row) for row in shown), next=following)

    async def events(self, site: Site, visitor: str, started_at: str) -> VisitEvents:
        """``started_at``: ISO 8601 with an offset. Raises ``VisitorNotFoundError``, ``VisitNotFoundError``."""
        key, start = self._key(site, visitor), _moment(started_at)
        end = await self._visitors.end_of_visit(key, start)
        if end is None:
            raise _no_visit()
        rows = await self._visitors.events_of_visit(key, start, start - SESSION_TIMEOUT, end, MAX_EVENTS + 1)
        return VisitEvents(
            visitor=key.visitor_id,
            started_at=start,
            events=tuple(map(_event, rows[:MAX_EVENTS])),
            truncated=len(rows) > MAX_EVENTS,
        )

    async def write_note(self, site: Site, visitor: str, note: Note) -> NoteView:
        """Raises ``VisitorNotFoundError``."""
        key = self._key(site, visitor)
        if not await self._visitors.put_note(key, note.label, note.note, utc(self._clock())):
            raise _no_visitor()
        if not note.label and not note.note:
            await self._visitors.delete_note(key)
        return NoteView(visitor=key.visitor_id, label=note.label, note=note.note)

    async def look_up(self, site: Site, cookie: str) -> LookupAnswer:
        """The visitor who holds a cookie, as the collector names them."""
        visitor_id = as_uuid(cookie_visitor_id(await self._salts.install(), site.id, cookie))
        known = await self._visitors.visitor(VisitorKey.of(site.id, visitor_id, self._shards))
        return LookupAnswer(visitor=visitor_id, known=known is not None)

    async def erase(self, site: Site, visitor: str) -> ErasureAnswer:
        """Raises ``VisitorNotFoundError`` only for what cannot be a visitor's id."""
        key = self._key(site, visitor)
        erased = await self._erasures.erase(key, site.zone, utc(self._clock()))
        return ErasureAnswer(
            visitor=key.visitor_id, visits=erased.visits, events=erased.events, dead_letters=erased.dead_letters
        )

    def _key(self, site: Site, visitor: str) -> VisitorKey:
        try:
            return VisitorKey.of(site.id, UUID(visitor), self._shards)
        except ValueError:
            raise _no_visitor() from None


def _selection(site: Site, query: VisitsQuery) -> Selection:
    begin = bounds(Days(query.from_, query.from_), site.zone)[0] if query.from_ else _NEVER
    end = bounds(Days(query.to, query.to), site.zone)[1] if query.to else _EVER
    place = read_cursor(query.after) if query.after else before(end)
    return Selection(site.id, begin, end, place, query.country, query.browser, query.bot.wanted)


def _page(rows: Sequence[Row], limit: int, moment: str, visitor: str) -> tuple[Sequence[Row], str | None]:
    """``rows``, of which one more than ``limit`` was asked for: those to show, and where the next page begins."""
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
    raise _no_visit()


def _no_visitor() -> VisitorNotFoundError:
    return VisitorNotFoundError("there is no such visitor")


def _no_visit() -> VisitNotFoundError:
    return VisitNotFoundError("the visitor has no visit that began then")
