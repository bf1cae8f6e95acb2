"""Rows in PostgreSQL's binary COPY format, assembled from pieces that are encoded once.

A row consists of fixed-width columns, which numpy encodes for all rows at once, and of pieces: one or more text columns
that occur together, looked up in a table. A row costs a fraction of a microsecond, no matter how many columns it has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from benchmarks.dataset.draws import Integers

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_EPOCH_MS = 946_684_800_000
"""PostgreSQL counts time from the year 2000."""
_WIDTHS = {"i2": 2, "i4": 4, "i8": 8, "time": 8, "bool": 1, "uuid": 16}
_AT_ONCE = 50_000

Piece = npt.NDArray[np.object_]
Columns = Mapping[str, tuple[str, npt.NDArray[np.generic]]]
"""Name -> (type, values). Types: ``i2``, ``i4``, ``i8``, ``bool``, ``time`` (epoch ms), ``uuid`` (rows of 2 words)."""


def piece(values: Iterable[Sequence[str | bytes | None]]) -> Piece:
    """Return a table of pieces: each has the values of some columns, text or bytes; None is null."""
    encoded = [b"".join(map(_encoded, row)) for row in values]
    table = np.empty(len(encoded), dtype=object)
    table[:] = encoded
    return table


def _encoded(value: str | bytes | None) -> bytes:
    if value is None:
        return b"\xff\xff\xff\xff"
    data = value.encode() if isinstance(value, str) else value
    return len(data).to_bytes(4, "big") + data


def rows(count: int, fixed: Columns, pieces: Sequence[tuple[Piece, Integers]], columns: int) -> Iterator[bytes]:
    """Yield chunks of ``count`` rows of ``columns`` columns: ``fixed`` ones, then ``pieces`` by index."""
    encoded_fixed = _encode_fixed(count, fixed, columns)
    for begin in range(0, count, _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        parts = [encoded_fixed[part].tolist(), *(table[index[part]].tolist() for table, index in pieces)]
        yield b"".join(chain.from_iterable(zip(*parts, strict=True)))


def _encode_fixed(count: int, fixed: Columns, columns: int) -> npt.NDArray[np.void]:
    fields: list[tuple[str, str] | tuple[str, str, tuple[int]]] = [("columns", ">i2")]
    for name, (kind, _) in fixed.items():
        fields.append((f"{name} width", ">i4"))
        fields.append((name, ">u8", (2,)) if kind == "uuid" else (name, _NUMPY[kind]))
    table = np.empty(count, dtype=np.dtype(fields))
    table["columns"] = columns
    for name, (kind, values) in fixed.items():
        table[f"{name} width"] = _WIDTHS[kind]
        table[name] = (values.astype(np.int64) - _EPOCH_MS) * 1000 if kind == "time" else values
    return table.view(f"V{table.dtype.itemsize}")


_NUMPY = {"i2": ">i2", "i4": ">i4", "i8": ">i8", "time": ">i8", "bool": "u1"}
