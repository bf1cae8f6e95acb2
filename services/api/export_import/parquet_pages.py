"""Checks the page headers of a Parquet file before anything is decompressed.

A page header states the decompressed size, and readers allocate that much memory. Without a limit, a file of a few
kilobytes could allocate gigabytes. Page headers are structs in Thrift's compact protocol (apache/parquet-format,
PageHeader).
"""

from typing import Any, BinaryIO, NamedTuple

from services.api.export_import.models import NotAnExportError

MAX_PAGE_BYTES = 32 * 1024 * 1024
"""Of a decompressed page. 1 MB is usual."""
MAX_CHUNK_BYTES = 256 * 1024 * 1024
"""Of one decompressed column of a row group."""

_MAX_HEADER_BYTES = 64 * 1024
_PLAIN, _PLAIN_DICTIONARY, _RLE, _RLE_DICTIONARY = 0, 2, 3, 8
_ENCODINGS = {_PLAIN, _PLAIN_DICTIONARY, _RLE, _RLE_DICTIONARY}
_DATA, _INDEX, _DICTIONARY, _DATA_V2 = range(4)
_MAX_DEPTH = 8


class ColumnChunk(NamedTuple):
    """One column of a row group."""

    offset: int
    size: int
    """Bytes in the file."""
    values: int


def check_chunk(file: BinaryIO, chunk: ColumnChunk) -> None:
    """Raise ``NotAnExportError`` if a page is too large or has an encoding that could hide its size."""
    position, end, decompressed, values = chunk.offset, chunk.offset + chunk.size, 0, 0
    while position < end:
        file.seek(position)
        header, length = _read(file.read(min(_MAX_HEADER_BYTES, end - position)))
        compressed, uncompressed = header.get(3, -1), header.get(2, -1)
        if not (_is_count(compressed) and _is_count(uncompressed)) or length + compressed > end - position:
            raise _damaged()
        decompressed += uncompressed
        if uncompressed > MAX_PAGE_BYTES or decompressed > MAX_CHUNK_BYTES:
            raise NotAnExportError(f"a page of the file has more than {MAX_PAGE_BYTES:,} bytes")
        values += _values(header)
        position += length + compressed
    if values != chunk.values:
        raise _damaged()


def _values(header: dict[int, Any]) -> int:
    """Return how many values the page adds to its column."""
    kind = header.get(1)
    # Per page type: the field of its own header, and in it the field of the values' encoding.
    header_field, encoding = {_DATA: (5, 2), _DICTIONARY: (7, 2), _DATA_V2: (8, 4)}.get(kind, (0, 0))  # type: ignore[arg-type]
    page = header.get(header_field)
    if not isinstance(page, dict) or page.get(encoding) not in _ENCODINGS or not _is_count(page.get(1)):
        raise _damaged()
    return 0 if kind == _DICTIONARY else int(page[1])


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and value >= 0


def _damaged() -> NotAnExportError:
    return NotAnExportError("the file is damaged or was not written by an export")


def _read(data: bytes) -> tuple[dict[int, Any], int]:
    """Return a struct and its length in bytes."""
    reader = _CompactReader(data)
    try:
        return reader.struct(0), reader.position
    except (IndexError, OverflowError):
        raise _damaged() from None


class _CompactReader:
    """Reads those parts of Thrift's compact protocol that page headers use."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def struct(self, depth: int) -> dict[int, Any]:
        found: dict[int, Any] = {}
        field = 0
        while byte := self._byte():
            step, kind = byte >> 4, byte & 15
            field = field + step if step else self._zigzag()
            found[field] = self._value(kind, depth + 1)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise _damaged()
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._zigzag()
        if kind == 8:
            return self._skip(self._varint())
        if kind == 7:
            return self._skip(8)
        if kind == 12:
            return self.struct(depth)
        raise _damaged()

    def _byte(self) -> int:
        byte = self._data[self.position]
        self.position += 1
        return byte

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise _damaged()

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _skip(self, length: int) -> None:
        self.position += length
        if self.position > len(self._data):
            raise _damaged()
