"""Exports all rows of a site to a file, and imports such a file."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from common.clock import Clock, utc
from services.api.export_import.file_format import (
    ExportHeader,
    ExportRecord,
    InvalidFieldError,
    build_header,
    different_settings,
    make_record_check,
)
from services.api.export_import.jsonl import JsonLinesReader, JsonLinesWriter
from services.api.export_import.models import (
    ExportFormat,
    ExportQuery,
    ImportedRows,
    ImportResponse,
    IncompleteFileError,
    NotAnExportError,
    TooManyTransfersError,
    WrongRowError,
)
from services.api.export_import.parquet_process import unpack_parquet
from services.api.export_import.parquet_reader import MAGIC
from services.api.export_import.parquet_writer import ParquetRowsWriter
from services.api.export_import.site_import import SiteImport, SiteImporter
from services.api.export_import.snapshot import ExportSpan, SiteSnapshot, SnapshotReader, SnapshotSize
from services.api.http.errors import BodyTooLargeError
from services.api.reports.buckets import bounds
from services.api.reports.params import FIRST_YEAR, LAST_YEAR
from services.api.reports.periods import Days
from services.api.sites.models import Site

MAX_CONCURRENT = 2
"""Exports per process, and imports as well. Each holds a connection and uses much CPU time."""
_RETRY_SECONDS = 30

TEMPORARY_PREFIX = "pyuniqvisit-import-"
TEMPORARY_SUFFIX = ".parquet"
_MAX_IMPORT_TIME = timedelta(days=1)
"""Another API process may be importing a file from the same folder, but never for longer."""
_log = structlog.get_logger()

Writer = JsonLinesWriter | ParquetRowsWriter
RecordCheck = Callable[[ExportRecord], None]

_EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_LATEST = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is written while it is sent."""

    name: str
    media_type: str
    header: ExportHeader
    _snapshot: SiteSnapshot
    _size: SnapshotSize
    _writer: Writer

    async def parts(self) -> AsyncIterator[bytes]:
        yield self._writer.begin(self.header)
        async for batch in self._snapshot.batches(self._size):
            # Encoding takes a while; in a thread it does not delay other requests.
            if part := await asyncio.to_thread(self._writer.write, batch):
                yield part
        if part := await asyncio.to_thread(self._writer.end):
            yield part


class TransferService:
    """Exports and imports sites, a limited number at a time.

    ``folder``: for Parquet files while they are imported; None for the system's folder for temporary files.
    """

    def __init__(
        self, reader: SnapshotReader, importer: SiteImporter, clock: Clock, max_bytes: int, folder: Path | None = None
    ) -> None:
        self._reader = reader
        self._importer = importer
        self._clock = clock
        self._max_bytes = max_bytes
        self._folder = folder
        self._exports = asyncio.Semaphore(MAX_CONCURRENT)
        self._imports = asyncio.Semaphore(MAX_CONCURRENT)

    @asynccontextmanager
    async def export(self, site: Site, query: ExportQuery) -> AsyncIterator[Export]:
        """Raises ``TooManyTransfersError``."""
        async with _slot(self._exports), self._reader.open(site.id, _span(site, query)) as snapshot:
            size = await snapshot.size()
            writer = JsonLinesWriter() if query.format is ExportFormat.JSONL else ParquetRowsWriter()
            header = build_header(site, utc(self._clock()), (query.from_, query.to), (size.visits, size.events))
            yield Export(f"{site.name}.{writer.extension}", writer.media_type, header, snapshot, size, writer)

    async def import_file(self, site: Site, pieces: AsyncIterator[bytes]) -> ImportResponse:
        """Store the rows of a file in either format, which arrives in ``pieces``.

        Raises ``TooManyTransfersError``, ``BodyTooLargeError``, ``NotAnExportError``, ``WrongRowError``,
        ``IncompleteFileError`` and ``SiteNotFoundError``. Rows stored before an error are kept; importing the file
        again does not store them twice.
        """
        async with _slot(self._imports):
            pieces = self._limited(pieces)
            begin = b""
            async for piece in pieces:
                begin += piece
                if len(begin) >= len(MAGIC):
                    break
            site_import = self._importer.begin(site)
            if begin.startswith(MAGIC):
                header = await self._import_parquet(begin, pieces, site_import)
            else:
                header = await self._import_lines(begin, pieces, site_import, JsonLinesReader())
            await site_import.finish()
        return _build_response(site, header, site_import)

    async def _import_parquet(
        self, begin: bytes, pieces: AsyncIterator[bytes], site_import: SiteImport
    ) -> ExportHeader:
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=TEMPORARY_PREFIX, suffix=TEMPORARY_SUFFIX) as file:
            file.write(begin)
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
            await asyncio.to_thread(file.flush)
            async with aclosing(unpack_parquet(Path(file.name))) as lines:
                return await self._import_lines(b"", lines, site_import, JsonLinesReader(first=0))

    async def _import_lines(
        self, begin: bytes, pieces: AsyncIterator[bytes], site_import: SiteImport, reader: JsonLinesReader
    ) -> ExportHeader:
        check = make_record_check(utc(self._clock()))
        await site_import.add(await asyncio.to_thread(_rows, reader, begin, check))
        async for piece in pieces:
            await site_import.add(await asyncio.to_thread(_rows, reader, piece, check))
        await site_import.add(_checked(reader.end(), check))
        if reader.header is None:
            raise NotAnExportError("the file is empty")
        return reader.header

    async def _limited(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        total = 0
        async for piece in pieces:
            total += len(piece)
            if total > self._max_bytes:
                raise BodyTooLargeError(f"the file must have at most {self._max_bytes:,} bytes")
            yield piece


def _checked(rows: Iterable[tuple[int, ExportRecord]], check: RecordCheck) -> list[ExportRecord]:
    found = []
    for number, row in rows:
        try:
            check(row)
        except InvalidFieldError as error:
            raise WrongRowError(number, error.field, error.detail) from None
        found.append(row)
    return found


def _rows(reader: JsonLinesReader, piece: bytes, check: RecordCheck) -> list[ExportRecord]:
    return _checked(reader.feed(piece), check)


def _build_response(site: Site, header: ExportHeader, site_import: SiteImport) -> ImportResponse:
    """Raises ``IncompleteFileError``."""
    counts = site_import.counts
    if (counts.visits, counts.events) != (header.visits, header.events):
        raise IncompleteFileError(
            f"the header states {header.visits:,} visits and {header.events:,} events; the file has "
            f"{counts.visits:,} and {counts.events:,}. These are stored; import the complete file to add the others"
        )
    return ImportResponse(
        visits=ImportedRows(read=counts.visits, stored=counts.visits_stored),
        events=ImportedRows(read=counts.events, stored=counts.events_stored),
        erased=counts.erased,
        without_visit=counts.without_visit,
        settings_differ=different_settings(header, site),
    )


def _span(site: Site, query: ExportQuery) -> ExportSpan:
    begin = bounds(Days(query.from_, query.from_), site.zone)[0] if query.from_ else _EARLIEST
    end = bounds(Days(query.to, query.to), site.zone)[1] if query.to else _LATEST
    return ExportSpan(begin, end)


@asynccontextmanager
async def _slot(slots: asyncio.Semaphore) -> AsyncIterator[None]:
    """Raises ``TooManyTransfersError``."""
    if slots.locked():
        raise TooManyTransfersError(
            f"{MAX_CONCURRENT} are already running; try again when one has finished", retry_after=_RETRY_SECONDS
        )
    async with slots:
        yield


def remove_stale_import_files(folder: Path | None, now: float) -> int:
    """Remove files of imports whose process was killed, and return their number. They hold visits of a site.

    ``folder``: as for ``TransferService``. ``now``: epoch seconds by the clock of the file system.
    """
    removed = 0
    for path in (folder or Path(tempfile.gettempdir())).glob(f"{TEMPORARY_PREFIX}*{TEMPORARY_SUFFIX}"):
        try:
            if now - path.stat().st_mtime > _MAX_IMPORT_TIME.total_seconds():
                path.unlink()
                removed += 1
        except OSError as error:
            _log.warning("import: cannot remove temporary file", file=str(path), error=type(error).__name__)
    return removed
