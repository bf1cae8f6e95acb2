"""JSON lines: the header, then one row a line."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from services.api.export_import.errors import NotAnExportError, WrongRowError
from services.api.export_import.header import Header, read_header, write_header
from services.api.export_import.rows import Event, Row, Visit

MAX_LINE = 512 * 1024
"""Bytes."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Visit | Event)


class JsonLinesWriter:
    """Rows to bytes, as they come."""

    media_type = "application/x-ndjson"
    extension = "jsonl"

    def begin(self, header: Header) -> bytes:
        return write_header(header) + b"\n"

    def write(self, rows: Sequence[Row]) -> bytes:
        return _encoder.encode_lines(rows)

    def end(self) -> bytes:
        return b""


class JsonLinesReader:
    """Bytes to rows, as they come. A line is held until its end has come, at most ``MAX_LINE`` bytes.

    ``first``: what the header's line is called in errors.
    """

    def __init__(self, first: int = 1) -> None:
        self._rest = b""
        self._number = first - 1
        self.header: Header | None = None

    def feed(self, data: bytes) -> list[tuple[int, Row]]:
        """The rows that ended, with the number of their line. Raises ``NotAnExportError``, ``WrongRowError``."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            self._refuse_long()
        return list(self._rows(lines))

    def end(self) -> list[tuple[int, Row]]:
        """The last row, where no line end follows it. Raises what ``feed`` raises."""
        rows = list(self._rows([self._rest] if self._rest else []))
        if self.header is None:
            raise NotAnExportError("the file is empty")
        return rows

    def _rows(self, lines: Iterable[bytes]) -> Iterator[tuple[int, Row]]:
        for line in lines:
            if len(line) > MAX_LINE:
                self._refuse_long()
            self._number += 1
            if self.header is None:
                self.header = read_header(line)
                continue
            try:
                row = _decoder.decode(line)
            except (msgspec.MsgspecError, RecursionError, OverflowError, ValueError) as error:
                raise WrongRowError(self._number, "", str(error)) from None
            yield self._number, row

    def _refuse_long(self) -> None:
        if self.header is None:
            raise NotAnExportError("this file does not begin as an export of PyUniqVisit does")
        raise WrongRowError(self._number + 1, "", f"a line may have {MAX_LINE:,} bytes")
