"""What can be done with a whole site's rows: write them into a file, and read them from one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from common.clock import Clock, utc
from services.api.export_import.errors import (
    IncompleteFileError,
    NotAnExportError,
    TooManyTransfersError,
    WrongRowError,
)
from services.api.export_import.header import Header, different_settings, header_of
from services.api.export_import.jsonl import JsonLinesReader, JsonLinesWriter
from services.api.export_import.leftovers import PREFIX, SUFFIX
from services.api.export_import.models import ExportFormat, ExportQuery, ImportAnswer, Imported
from services.api.export_import.parquet import ParquetRowsWriter
from services.api.export_import.parquet_reader import MAGIC
from services.api.export_import.rows import Row, WrongValueError, checker
from services.api.export_import.source import Content, SiteRows, Source, Span
from services.api.export_import.target import SiteImport, Target
from services.api.export_import.unpacking import unpacked
from services.api.http.errors import BodyTooLargeError
from services.api.reports.buckets import bounds
from services.api.reports.params import FIRST_YEAR, LAST_YEAR
from services.api.reports.periods import Days
from services.api.sites.models import Site

AT_ONCE = 2
"""Exports of one process, and imports likewise: each holds a connection, and works hard."""
_BUSY_SECONDS = 30

Writer = JsonLinesWriter | ParquetRowsWriter
Check = Callable[[Row], None]

_NEVER = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_EVER = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is about to be written."""

    name: str
    media_type: str
    header: Header
    _rows: SiteRows
    _content: Content
    _writer: Writer

    async def parts(self) -> AsyncIterator[bytes]:
        yield self._writer.begin(self.header)
        async for batch in self._rows.batches(self._content):
            # Packing takes a while, and others are served meanwhile.
            if part := await asyncio.to_thread(self._writer.write, batch):
                yield part
        if part := await asyncio.to_thread(self._writer.end):
            yield part


class TransferService:
    """``folder``: where a Parquet file lies while it is imported; None: where the system keeps temporary files."""

    def __init__(
        self, source: Source, target: Target, clock: Clock, max_bytes: int, folder: Path | None = None
    ) -> None:
        self._source = source
        self._target = target
        self._clock = clock
        self._max_bytes = max_bytes
        self._folder = folder
        self._exports = asyncio.Semaphore(AT_ONCE)
        self._imports = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def export(self, site: Site, query: ExportQuery) -> AsyncIterator[Export]:
        """Raises ``TooManyTransfersError``."""
        async with _place(self._exports), self._source.open(site.id, _span(site, query)) as rows:
            content = await rows.content()
            writer = JsonLinesWriter() if query.format is ExportFormat.JSONL else ParquetRowsWriter()
            header = header_of(site, utc(self._clock()), (query.from_, query.to), (content.visits, content.events))
            yield Export(f"{site.name}.{writer.extension}", writer.media_type, header, rows, content, writer)

    async def take(self, site: Site, pieces: AsyncIterator[bytes]) -> ImportAnswer:
        """Stores a file that comes in ``pieces``, in whatever format it is.

        Raises ``TooManyTransfersError``, ``BodyTooLargeError``, ``NotAnExportError``, ``WrongRowError``,
        ``IncompleteFileError`` and ``SiteNotFoundError``. What was stored until then stays; it is not stored again when
        the file is imported again.
        """
        async with _place(self._imports):
            pieces = self._bounded(pieces)
            begin = b""
            async for piece in pieces:
                begin += piece
                if len(begin) >= len(MAGIC):
                    break
            site_import = self._target.begin(site)
            if begin.startswith(MAGIC):
                header = await self._take_parquet(begin, pieces, site_import)
            else:
                header = await self._take_lines(begin, pieces, site_import, JsonLinesReader())
            await site_import.finish()
        return _answer(site, header, site_import)

    async def _take_parquet(self, begin: bytes, pieces: AsyncIterator[bytes], site_import: SiteImport) -> Header:
        with NamedTemporaryFile(dir=self._folder, prefix=PREFIX, suffix=SUFFIX) as file:
            file.write(begin)
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
            await asyncio.to_thread(file.flush)
            async with aclosing(unpacked(Path(file.name))) as lines:
                return await self._take_lines(b"", lines, site_import, JsonLinesReader(first=0))

    async def _take_lines(
        self, begin: bytes, pieces: AsyncIterator[bytes], site_import: SiteImport, reader: JsonLinesReader
    ) -> Header:
        check = checker(utc(self._clock()))
        await site_import.add(await asyncio.to_thread(_rows, reader, begin, check))
        async for piece in pieces:
            await site_import.add(await asyncio.to_thread(_rows, reader, piece, check))
        await site_import.add(_checked(reader.end(), check))
        if reader.header is None:
            raise NotAnExportError("the file is empty")
        return reader.header

    async def _bounded(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        total = 0
        async for piece in pieces:
            total += len(piece)
            if total > self._max_bytes:
                raise BodyTooLargeError(f"the file may have {self._max_bytes:,} bytes")
            yield piece


def _checked(rows: Iterable[tuple[int, Row]], check: Check) -> list[Row]:
    found = []
    for number, row in rows:
        try:
            check(row)
        except WrongValueError as error:
            raise WrongRowError(number, error.field, error.detail) from None
        found.append(row)
    return found


def _rows(reader: JsonLinesReader, piece: bytes, check: Check) -> list[Row]:
    return _checked(reader.feed(piece), check)


def _answer(site: Site, header: Header, site_import: SiteImport) -> ImportAnswer:
    """Raises ``IncompleteFileError``."""
    tally = site_import.tally
    if (tally.visits, tally.events) != (header.visits, header.events):
        raise IncompleteFileError(
            f"the file says to have {header.visits:,} visits and {header.events:,} events, and has {tally.visits:,} "
            f"and {tally.events:,}; those are stored"
        )
    return ImportAnswer(
        visits=Imported(read=tally.visits, stored=tally.visits_stored),
        events=Imported(read=tally.events, stored=tally.events_stored),
        erased=tally.erased,
        without_visit=tally.without_visit,
        settings_differ=different_settings(header, site),
    )


def _span(site: Site, query: ExportQuery) -> Span:
    begin = bounds(Days(query.from_, query.from_), site.zone)[0] if query.from_ else _NEVER
    end = bounds(Days(query.to, query.to), site.zone)[1] if query.to else _EVER
    return Span(begin, end)


@asynccontextmanager
async def _place(places: asyncio.Semaphore) -> AsyncIterator[None]:
    """Raises ``TooManyTransfersError``."""
    if places.locked():
        raise TooManyTransfersError(
            f"{AT_ONCE} are running already; ask again when one has ended", retry_after=_BUSY_SECONDS
        )
    async with places:
        yield
