"""Parquet: row groups of one kind of row each, written as they fill up: a file of any size needs little memory."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from services.api.export_import.header import Header, write_header
from services.api.export_import.rows import NO_PROPS, Row
from services.api.export_import.schema import COLUMNS, FIELDS_OF, KINDS, METADATA, SCHEMA

ROWS_A_GROUP = 50_000
_LEVEL = 3
_NAMES = {kind: name for name, kind in KINDS.items()}


class ParquetRowsWriter:
    """Rows to bytes, as they come."""

    media_type = "application/vnd.apache.parquet"
    extension = "parquet"

    def __init__(self, rows_a_group: int = ROWS_A_GROUP) -> None:
        self._sink = _Sink()
        self._rows_a_group = rows_a_group
        self._waiting: list[Any] = []
        self._rows_waiting = 0
        self._kind: type[Any] | None = None
        self._writer: Any = None

    def begin(self, header: Header) -> bytes:
        schema = SCHEMA.with_metadata({METADATA: write_header(header)})
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sink, mode="w"),
            schema,
            compression="zstd",
            compression_level=_LEVEL,
            # What is different in every row gains nothing from a dictionary.
            use_dictionary=[name for name in SCHEMA.names if name not in ("id", "time")],
        )
        return self._sink.take()

    def write(self, rows: Sequence[Row]) -> bytes:
        """``rows``: of one kind."""
        if rows:
            kind = type(rows[0])
            if kind is not self._kind:
                self._flush()
                self._kind = kind
            self._waiting.append(_batch(kind, rows))
            self._rows_waiting += len(rows)
            if self._rows_waiting >= self._rows_a_group:
                self._flush()
        return self._sink.take()

    def end(self) -> bytes:
        self._flush()
        self._writer.close()
        return self._sink.take()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting)
            self._waiting, self._rows_waiting = [], 0
            self._writer.write_table(table, row_group_size=len(table))


def _batch(kind: type[Any], rows: Sequence[Row]) -> Any:
    fields = FIELDS_OF[kind]
    values = dict(zip(fields, zip(*map(attrgetter(*fields), rows), strict=True), strict=True))
    columns = [pa.repeat(_NAMES[kind], len(rows))]
    for field, type_ in COLUMNS.items():
        columns.append(_array(type_, field, values[field]) if field in values else pa.nulls(len(rows), type_))
    return pa.record_batch(columns, schema=SCHEMA)


def _array(type_: Any, field: str, values: Sequence[Any]) -> Any:
    if field == "props":
        return pa.array([None if value == NO_PROPS else bytes(value) for value in values], type_)
    if type_ == pa.uuid():
        return pa.ExtensionArray.from_storage(type_, pa.array([value.bytes for value in values], pa.binary(16)))
    return pa.array(values, type_)


class _Sink:
    """What a Parquet writer wrote since somebody took it."""

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
