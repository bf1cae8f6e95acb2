"""Reads records from an untrusted Parquet file.

Sizes are checked before anything is decoded: the schema must be that of an export, row groups and pages are limited,
and texts are read as dictionaries, so that each entry is measured once, no matter how many rows refer to it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.api.export_import.file_format import (
    MAX_PROPS_TEXT,
    MAX_TEXT,
    NO_PROPS,
    ExportHeader,
    ExportRecord,
    read_header,
)
from services.api.export_import.models import NotAnExportError, WrongRowError
from services.api.export_import.parquet_pages import ColumnChunk, check_chunk
from services.api.export_import.parquet_writer import (
    COLUMNS,
    FIELDS_OF,
    METADATA,
    RECORD_COLUMN,
    RECORD_KINDS,
    SCHEMA,
    TEXT_COLUMNS,
)

MAGIC = b"PAR1"
MAX_GROUP_ROWS = 1_000_000
MAX_GROUP_BYTES = 512 * 1024 * 1024
"""Of all columns of a row group, decompressed."""
ROWS_PER_BATCH = 5_000

_MAX_FOOTER_BYTES = 64 * 1024 * 1024
_MAX_FOOTER_ITEMS = 1_000_000
_MAX_BYTES_PER_CHARACTER = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_READ_ERRORS = (pa.ArrowException, OSError, ValueError, KeyError)


class ParquetRowsReader:
    """Context manager. Raises ``NotAnExportError`` when created for a file that is no export."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(
                path,
                read_dictionary=list(TEXT_COLUMNS),
                pre_buffer=False,
                thrift_string_size_limit=_MAX_FOOTER_BYTES,
                thrift_container_size_limit=_MAX_FOOTER_ITEMS,
            )
            self._check_schema()
            metadata = self._file.metadata.metadata or {}
        except _READ_ERRORS:
            raise NotAnExportError("the file is damaged or incomplete") from None
        self.header: ExportHeader = read_header(metadata.get(METADATA, b""))

    def __enter__(self) -> "ParquetRowsReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def batches(self) -> Iterator[list[tuple[int, ExportRecord]]]:
        """Yield records with their row numbers. Raises ``NotAnExportError`` or ``WrongRowError``."""
        number = 1
        for group in range(self._file.metadata.num_row_groups):
            self._check_group(group)
            batches = iter(self._file.iter_batches(ROWS_PER_BATCH, row_groups=[group], use_threads=False))
            while (batch := self._next(batches)) is not None:
                yield _rows(batch, number)
                number += len(batch)

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        except _READ_ERRORS:
            raise NotAnExportError("the file is damaged") from None

    def _check_schema(self) -> None:
        found = self._file.schema_arrow
        if sorted(found.names) != sorted(SCHEMA.names):
            raise NotAnExportError("not a PyUniqVisit export: unexpected columns")
        for name in SCHEMA.names:
            type_ = found.field(name).type
            if (type_.value_type if pa.types.is_dictionary(type_) else type_) != SCHEMA.field(name).type:
                raise NotAnExportError(f"not a PyUniqVisit export: column {name} has an unexpected type")

    def _check_group(self, number: int) -> None:
        group = self._file.metadata.row_group(number)
        if not 0 <= group.num_rows <= MAX_GROUP_ROWS or not 0 <= group.total_byte_size <= MAX_GROUP_BYTES:
            raise NotAnExportError(f"a row group has more than {MAX_GROUP_ROWS:,} rows or {MAX_GROUP_BYTES:,} bytes")
        with self._path.open("rb") as file:
            for index in range(group.num_columns):
                column = group.column(index)
                if column.num_values != group.num_rows:
                    raise NotAnExportError("the file is damaged")
                start = column.data_page_offset
                if column.has_dictionary_page and column.dictionary_page_offset is not None:
                    start = min(start, column.dictionary_page_offset)
                check_chunk(file, ColumnChunk(start, column.total_compressed_size, column.num_values))


def _rows(batch: Any, number: int) -> list[tuple[int, ExportRecord]]:
    """Decode a batch. ``number``: of its first row."""
    columns: dict[str, Sequence[Any]] = {}
    for name in SCHEMA.names:
        try:
            columns[name] = _values(batch.column(name), name)
        except (UnicodeDecodeError, *_READ_ERRORS) as error:
            raise NotAnExportError(f"column {name} cannot be read") from error
    records = columns.pop(RECORD_COLUMN)
    rows: list[tuple[int, ExportRecord]] = []
    for kind_name, first, last in _runs(records, number):
        kind = RECORD_KINDS[kind_name]
        fields = FIELDS_OF[kind]
        _check_nulls(columns, fields, first, last, number)
        parts = [columns[field][first:last] for field in fields]
        rows += enumerate(map(kind, *parts), number + first)
    return rows


def _runs(records: Sequence[Any], number: int) -> Iterator[tuple[str, int, int]]:
    """Yield runs of rows of one kind: the kind, the index of the first row, and the index after the last."""
    first = 0
    for index in range(1, len(records) + 1):
        if index == len(records) or records[index] != records[first]:
            if records[first] not in RECORD_KINDS:
                raise WrongRowError(number + first, RECORD_COLUMN, "must be visit or event")
            yield records[first], first, index
            first = index


def _check_nulls(columns: dict[str, Sequence[Any]], fields: Sequence[str], first: int, last: int, number: int) -> None:
    for name, values in columns.items():
        part, absent = values[first:last], NO_PROPS if name == "props" else None
        if name not in fields:
            if part.count(absent) != len(part):
                at = next(index for index, value in enumerate(part) if value != absent)
                raise WrongRowError(number + first + at, name, "must be null in a row of this kind")
        elif name != "props" and None in part:
            raise WrongRowError(number + first + part.index(None), name, "must not be null")


def _values(array: Any, name: str) -> Sequence[Any]:
    if pa.types.is_dictionary(array.type):
        return _texts(array, name)
    kind = COLUMNS[name]
    if kind == pa.uuid():
        return [None if value is None else UUID(bytes=value) for value in array.storage.to_pylist()]
    if pa.types.is_timestamp(array.type):
        return [_to_datetime(value) for value in array.cast(pa.int64()).to_pylist()]
    return cast(Sequence[Any], array.to_pylist())


def _texts(array: Any, name: str) -> Sequence[Any]:
    """Decode each distinct text once."""
    longest = MAX_PROPS_TEXT if name == "props" else MAX_TEXT * _MAX_BYTES_PER_CHARACTER
    used = array.indices.unique()
    found = array.dictionary.take(used)
    if (pc.max(pc.binary_length(found)).as_py() or 0) > longest:
        raise NotAnExportError(f"column {name} contains a text of more than {longest:,} bytes")
    texts = found.to_pylist()
    if name == "props":
        texts = [NO_PROPS if text is None else msgspec.Raw(text.encode()) for text in texts]
    return list(map(dict(zip(used.to_pylist(), texts, strict=True)).__getitem__, array.indices.to_pylist()))


def _to_datetime(microseconds: int | None) -> datetime | None:
    if microseconds is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        # The record check rejects this value and names the row and the field.
        return datetime.max.replace(tzinfo=UTC)
