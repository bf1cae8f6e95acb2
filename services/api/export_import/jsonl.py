"""Exports as JSON lines: the header, then one record per line."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from services.api.export_import.file_format import (
    ExportedEvent,
    ExportedVisit,
    ExportHeader,
    ExportRecord,
    read_header,
    write_header,
)
from services.api.export_import.models import NotAnExportError, WrongRowError

MAX_LINE_BYTES = 512 * 1024

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ExportedVisit | ExportedEvent)


class JsonLinesWriter:
    """Encodes records one batch at a time."""

    media_type = "application/x-ndjson"
    extension = "jsonl"

    def begin(self, header: ExportHeader) -> bytes:
        return write_header(header) + b"\n"

    def write(self, rows: Sequence[ExportRecord]) -> bytes:
        return _encoder.encode_lines(rows)

    def end(self) -> bytes:
        return b""


class JsonLinesReader:
    """Decodes records from pieces of a file. Holds at most one incomplete line, of at most ``MAX_LINE_BYTES``.

    ``first``: the line number of the header in error messages.
    """

    def __init__(self, first: int = 1) -> None:
        self._rest = b""
        self._number = first - 1
        self.header: ExportHeader | None = None

    def feed(self, data: bytes) -> list[tuple[int, ExportRecord]]:
        """Return the records completed by ``data``, each with its line number.

        Raises ``NotAnExportError`` or ``WrongRowError``.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            self._raise_too_long()
        return list(self._rows(lines))

    def end(self) -> list[tuple[int, ExportRecord]]:
        """Return the last record, if no line break follows it. Raises the same errors as ``feed``."""
        rows = list(self._rows([self._rest] if self._rest else []))
        if self.header is None:
            raise NotAnExportError("the file is empty")
        return rows

    def _rows(self, lines: Iterable[bytes]) -> Iterator[tuple[int, ExportRecord]]:
        for line in lines:
            if len(line) > MAX_LINE_BYTES:
                self._raise_too_long()
            self._number += 1
            if self.header is None:
                self.header = read_header(line)
                continue
            try:
                row = _decoder.decode(line)
            except (msgspec.MsgspecError, RecursionError, OverflowError, ValueError) as error:
                raise WrongRowError(self._number, "", str(error)) from None
            yield self._number, row

    def _raise_too_long(self) -> None:
        if self.header is None:
            raise NotAnExportError("not a PyUniqVisit export: the header is missing or invalid")
        raise WrongRowError(self._number + 1, "", f"must have at most {MAX_LINE_BYTES:,} bytes")
