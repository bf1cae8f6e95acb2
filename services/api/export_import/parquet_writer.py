"""Exports as Parquet files of any size, written in little memory.

All records share one wide schema: a column for each field of a visit or an event, null where a record lacks the
field. Each row group holds records of one kind.
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from services.api.export_import.file_format import (
    NO_PROPS,
    ExportedEvent,
    ExportedVisit,
    ExportHeader,
    ExportRecord,
    write_header,
)

METADATA = b"pyuniqvisit"
"""Key of the header in the file's metadata."""
RECORD_COLUMN = "record"

RECORD_KINDS: Mapping[str, type[Any]] = MappingProxyType({"visit": ExportedVisit, "event": ExportedEvent})
FIELDS_OF: Mapping[type[Any], tuple[str, ...]] = MappingProxyType(
    {kind: kind.__struct_fields__ for kind in RECORD_KINDS.values()}
)

_TIME_FIELDS = {"visit_started_at", "ended_at", "first_visit", "last_visit", "time"}
_UUID_FIELDS = {"visitor_id", "id"}
_INT32_FIELDS = {"pageviews", "events", "screen_width", "scroll"}


def _arrow_type(field: str) -> Any:
    if field in _UUID_FIELDS:
        return pa.uuid()
    if field in _TIME_FIELDS:
        return pa.timestamp("us", "UTC")
    if field in _INT32_FIELDS:
        return pa.int32()
    if field == "engaged_ms":
        return pa.int64()
    return pa.bool_() if field == "is_bot" else pa.string()


COLUMNS: Mapping[str, Any] = MappingProxyType(
    {field: _arrow_type(field) for field in dict.fromkeys((*FIELDS_OF[ExportedVisit], *FIELDS_OF[ExportedEvent]))}
)
TEXT_COLUMNS = (RECORD_COLUMN, *(field for field, kind in COLUMNS.items() if kind == pa.string()))
SCHEMA = pa.schema(
    [pa.field(RECORD_COLUMN, pa.string(), nullable=False), *(pa.field(*column) for column in COLUMNS.items())]
)

ROWS_PER_GROUP = 50_000
_COMPRESSION_LEVEL = 3
_KIND_NAMES = {kind: name for name, kind in RECORD_KINDS.items()}


class ParquetRowsWriter:
    """Encodes records one batch at a time."""

    media_type = "application/vnd.apache.parquet"
    extension = "parquet"

    def __init__(self, rows_per_group: int = ROWS_PER_GROUP) -> None:
        self._buffer = _Buffer()
        self._rows_per_group = rows_per_group
        self._waiting: list[Any] = []
        self._rows_waiting = 0
        self._kind: type[Any] | None = None
        self._writer: Any = None

    def begin(self, header: ExportHeader) -> bytes:
        schema = SCHEMA.with_metadata({METADATA: write_header(header)})
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._buffer, mode="w"),
            schema,
            compression="zstd",
            compression_level=_COMPRESSION_LEVEL,
            # A dictionary does not help columns whose values are all different.
            use_dictionary=[name for name in SCHEMA.names if name not in ("id", "time")],
        )
        return self._buffer.take()

    def write(self, rows: Sequence[ExportRecord]) -> bytes:
        """Return the bytes that are complete. All ``rows`` must be of one kind."""
        if rows:
            kind = type(rows[0])
            if kind is not self._kind:
                self._flush()
                self._kind = kind
            self._waiting.append(_batch(kind, rows))
            self._rows_waiting += len(rows)
            if self._rows_waiting >= self._rows_per_group:
                self._flush()
        return self._buffer.take()

    def end(self) -> bytes:
        self._flush()
        self._writer.close()
        return self._buffer.take()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting)
            self._waiting, self._rows_waiting = [], 0
            self._writer.write_table(table, row_group_size=len(table))


def _batch(kind: type[Any], rows: Sequence[ExportRecord]) -> Any:
    fields = FIELDS_OF[kind]
    values = dict(zip(fields, zip(*map(attrgetter(*fields), rows), strict=True), strict=True))
    columns = [pa.repeat(_KIND_NAMES[kind], len(rows))]
    for field, type_ in COLUMNS.items():
        columns.append(_array(type_, field, values[field]) if field in values else pa.nulls(len(rows), type_))
    return pa.record_batch(columns, schema=SCHEMA)


def _array(type_: Any, field: str, values: Sequence[Any]) -> Any:
    if field == "props":
        return pa.array([None if value == NO_PROPS else bytes(value) for value in values], type_)
    if type_ == pa.uuid():
        return pa.ExtensionArray.from_storage(type_, pa.array([value.bytes for value in values], pa.binary(16)))
    return pa.array(values, type_)


class _Buffer:
    """File-like object that keeps what a Parquet writer wrote until ``take`` is called."""

    closed = False

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._position = 0

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        self._position += len(data)
        return len(data)

    def take(self) -> bytes:
        written, self._written = b"".join(self._written), []
        return written

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
