"""Load the generated site into PostgreSQL by COPY, day by day, visits and events in parallel."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from benchmarks.dataset.copying import HEADER, TRAILER
from benchmarks.dataset.days import CalendarDay, days_between, first_day
from benchmarks.dataset.encode import EVENT_COLUMNS, VISIT_COLUMNS, VISITOR_COLUMNS, Encoder
from benchmarks.dataset.tables import make_tables
from benchmarks.dataset.traffic import Traffic, traffic_of
from benchmarks.dataset.visitors import Visitors
from benchmarks.processes import BenchmarkError
from common.sites import SiteSettings
from common.store import connect, load_queries
from common.store.accounts import create_site

_SQL = load_queries("benchmarks.dataset")
_STORE_SQL = load_queries("common.store")
_VISITORS_AT_ONCE = 500_000

Connection = Any
"""An asyncpg connection."""


class DatasetSpec(msgspec.Struct, frozen=True):
    """The parameters of a dataset; the same parameters generate the same rows."""

    site: str
    visits: int
    until: date
    months: int = 12
    seed: int = 1
    timezone: str = "Europe/Berlin"

    @property
    def first(self) -> date:
        return first_day(self.until, self.months)


@dataclass(slots=True)
class LoadedRows:
    site_id: int
    visits: int = 0
    events: int = 0
    """Rows: page views, custom events, clicks and leaves."""
    visitors: int = 0
    seconds: float = 0.0
    """For all rows, including the commit."""

    @property
    def rows(self) -> int:
        return self.visits + self.events + self.visitors


async def load(
    database_url: str, wanted: DatasetSpec, now: datetime, report: Callable[[CalendarDay, LoadedRows], None]
) -> LoadedRows:
    """Write all rows; call ``report`` after each day. Raise ``BenchmarkError`` for a site that has data."""
    visit_store, event_store = await connect(database_url), await connect(database_url)
    try:
        shards = await _shards(visit_store)
        site_id = await _empty_site(visit_store, wanted)
        loaded = LoadedRows(site_id)
        for store in (visit_store, event_store):
            await store.execute(_SQL["do_not_wait_for_the_disk"])
        encoder = Encoder.of(make_tables(), site_id, shards, wanted.seed)
        visitors = Visitors()
        began = time.perf_counter()
        async for day, traffic in _ahead(_days(wanted, now, visitors, encoder)):
            await _make_partitions(visit_store, day, traffic)
            await asyncio.gather(
                _copy(visit_store, "visits", VISIT_COLUMNS, encoder.visits(traffic.visits)),
                _copy(event_store, "events", EVENT_COLUMNS, encoder.events(traffic.events, traffic.visits, day.number)),
            )
            loaded.visits += len(traffic.visits.visitor)
            loaded.events += len(traffic.events.ts)
            loaded.seconds = time.perf_counter() - began
            report(day, loaded)
        await _copy_visitors(visit_store, encoder, visitors)
        loaded.visitors, loaded.seconds = visitors.count, time.perf_counter() - began
        return loaded
    finally:
        await visit_store.close()
        await event_store.close()


async def tidy(database_url: str) -> None:
    """Do what autovacuum would do: planner statistics, and the visibility map for index-only scans."""
    connection = await connect(database_url)
    try:
        for statement in ("vacuum_visitors", "vacuum_visits", "vacuum_events", "vacuum_rollups"):
            await connection.execute(_SQL[statement], timeout=None)
        await connection.execute(_SQL["checkpoint"])
    finally:
        await connection.close()


async def sizes(database_url: str) -> dict[str, int]:
    """Return bytes on disk with indexes, by table, of all sites."""
    connection = await connect(database_url)
    try:
        return {row["name"]: row["bytes"] for row in await connection.fetch(_SQL["sizes"])}
    finally:
        await connection.close()


def _days(
    wanted: DatasetSpec, now: datetime, visitors: Visitors, encoder: Encoder
) -> Iterator[tuple[CalendarDay, Traffic]]:
    zone = ZoneInfo(wanted.timezone)
    for day in days_between(wanted.first, wanted.until, zone, wanted.visits, wanted.seed, now):
        month = (day.date.year - wanted.first.year) * 12 + day.date.month - wanted.first.month
        yield day, traffic_of(day, month, visitors, encoder.tables, wanted.seed)


async def _ahead(days: Iterator[tuple[CalendarDay, Traffic]]) -> AsyncIterator[tuple[CalendarDay, Traffic]]:
    """Yield the same, generating the next day while one is processed."""
    upcoming = asyncio.create_task(asyncio.to_thread(next, days, None))
    while (made := await upcoming) is not None:
        upcoming = asyncio.create_task(asyncio.to_thread(next, days, None))
        yield made


async def _shards(connection: Connection) -> int:
    try:
        install = await connection.fetchrow(_STORE_SQL["install"])
    except asyncpg.UndefinedTableError:
        install = None
    if install is None:
        raise BenchmarkError("the database has no tables yet; run the migrations first")
    return int(install["shards"])


async def _empty_site(connection: Connection, wanted: DatasetSpec) -> int:
    """Return the id of the site, creating it if needed."""
    created = datetime.combine(wanted.first, datetime.min.time(), UTC)
    site = SiteSettings(wanted.site, "https://shop.example/", timezone=wanted.timezone)
    made = await create_site(connection, site, created)
    if made is not None:
        return made
    found = await connection.fetchrow(_SQL["site"], wanted.site)
    if found is None:
        raise BenchmarkError(f"site {wanted.site}: it is being deleted; choose another name")
    if await connection.fetchval(_SQL["has_visits"], found["id"]):
        raise BenchmarkError(f"site {wanted.site}: it has data already; delete it, or choose another name")
    if found["timezone"] != wanted.timezone:
        raise BenchmarkError(f"site {wanted.site}: its time zone is {found['timezone']}, not {wanted.timezone}")
    return int(found["id"])


async def _make_partitions(connection: Connection, day: CalendarDay, traffic: Traffic) -> None:
    last = int(traffic.events.ts[-1]) if len(traffic.events.ts) else day.end
    months = {datetime.fromtimestamp(moment / 1000, UTC).date().replace(day=1) for moment in (day.begin, day.end, last)}
    await connection.execute(_SQL["ensure_partitions"], sorted(months))


async def _copy_visitors(connection: Connection, encoder: Encoder, visitors: Visitors) -> None:
    for begin in range(0, visitors.count, _VISITORS_AT_ONCE):
        part = slice(begin, begin + _VISITORS_AT_ONCE)
        encoded = encoder.visitors(begin, visitors.first_visits[part], visitors.last_visits[part])
        await _copy(connection, "visitors", VISITOR_COLUMNS, encoded)


async def _copy(connection: Connection, table: str, columns: Iterable[str], chunks: Iterator[bytes]) -> None:
    async def source() -> AsyncIterator[bytes]:
        yield HEADER
        for chunk in chunks:
            yield chunk
            await asyncio.sleep(0)
        yield TRAILER

    await connection.copy_to_table(table, source=source(), columns=list(columns), format="binary", timeout=None)
