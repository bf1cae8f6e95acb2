"""The file format of backups: gzip around frames, each a length (4 bytes, big-endian) and its data.

The first frame is a JSON header. Each table has a JSON frame with its name and columns, frames of COPY data, an empty
frame, and a JSON frame with its row count and the SHA-256 of its data. An empty frame and a JSON frame with the row
counts of all tables end the file; without them it is incomplete.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from services.cli.errors import CliError

FORMAT = "pyuniqvisit backup"
VERSION = 1
_LENGTH_BYTES = 4
_MAX_FRAME_BYTES = 1 << 30
_COMPRESSION_LEVEL = 6


class BackupError(CliError):
    """The file is not a backup, is damaged, or does not fit the database."""


class TableHeader(NamedTuple):
    name: str
    parent: str
    """The partitioned table that it belongs to, else its own name."""
    columns: tuple[str, ...]


class BackupWriter:
    """Writes a file that only its owner can read. It gets its final name when it is complete and on disk."""

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        self._path = path
        self._new = path.with_name(path.name + ".part")
        self._header = header
        self._rows: dict[str, int] = {}

    def __enter__(self) -> "BackupWriter":
        self._new.unlink(missing_ok=True)
        self._raw: BinaryIO = os.fdopen(os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file = gzip.GzipFile(fileobj=self._raw, filename="", mode="wb", compresslevel=_COMPRESSION_LEVEL)
        self._write_json({"format": FORMAT, "version": VERSION, **self._header})
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                with self._errors_with_path():
                    self._finish()
        finally:
            for file in (self._file, self._raw):
                with suppress(OSError):  # on a full disk, closing flushes the buffer and fails again
                    file.close()
            self._new.unlink(missing_ok=True)

    def _finish(self) -> None:
        self._write_frame(b"")
        self._write_json({"tables": self._rows})
        self._file.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._new.rename(self._path)

    def begin(self, table: TableHeader) -> None:
        """Start a table."""
        self._write_json({"table": table.name, "parent": table.parent, "columns": table.columns})
        self._digest = hashlib.sha256()

    async def add(self, data: bytes) -> None:
        """Write a part of the table's COPY data."""
        if data:
            self._digest.update(data)
            self._write_frame(data)

    def end(self, table: TableHeader, rows: int) -> None:
        """Finish the table."""
        self._write_frame(b"")
        self._write_json({"rows": rows, "sha256": self._digest.hexdigest()})
        self._rows[table.name] = rows

    def _write_json(self, document: dict[str, Any]) -> None:
        self._write_frame(json.dumps(document).encode())

    def _write_frame(self, data: bytes) -> None:
        with self._errors_with_path():
            self._file.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)

    @contextmanager
    def _errors_with_path(self) -> Iterator[None]:
        """Add the path of the file to an error, which the system leaves out when a write fails."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._path)) from None


class BackupReader:
    """Reads a backup from start to end. Every method can raise ``BackupError`` or ``OSError``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = gzip.GzipFile(path)
        try:
            self.header = self._read_json()
        except BackupError:
            raise BackupError(f"{path}: not a PyUniqVisit backup") from None
        if self.header.get("format") != FORMAT:
            raise BackupError(f"{path}: not a PyUniqVisit backup")
        if self.header.get("version") != VERSION:
            raise BackupError(f"{path}: created by a newer version of PyUniqVisit; restore it with that version")
        self.rows: dict[str, int] = {}

    def __enter__(self) -> "BackupReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def tables(self) -> Iterator[TableHeader]:
        """Iterate over the tables. The caller must read the ``data`` of each before the next."""
        while frame := self._read_frame():
            header = self._parse(frame)
            yield TableHeader(header["table"], header["parent"], tuple(header["columns"]))
        if self._read_json()["tables"] != self.rows:
            raise self._damaged()

    def data(self, table: TableHeader) -> Iterator[bytes]:
        """Iterate over the table's COPY data; the checksum is compared at the end."""
        digest = hashlib.sha256()
        while chunk := self._read_frame():
            digest.update(chunk)
            yield chunk
        footer = self._read_json()
        if footer["sha256"] != digest.hexdigest():
            raise self._damaged()
        self.rows[table.name] = footer["rows"]

    def _read_json(self) -> dict[str, Any]:
        return self._parse(self._read_frame())

    def _parse(self, frame: bytes) -> dict[str, Any]:
        try:
            document = json.loads(frame)
        except ValueError:
            raise self._damaged() from None
        if not isinstance(document, dict):
            raise self._damaged()
        return document

    def _read_frame(self) -> bytes:
        length = int.from_bytes(self._read(_LENGTH_BYTES), "big")
        if length > _MAX_FRAME_BYTES:
            raise self._damaged()
        return self._read(length)

    def _read(self, length: int) -> bytes:
        try:
            data = self._file.read(length)
        except (gzip.BadGzipFile, zlib.error, EOFError):
            raise self._damaged() from None
        if len(data) != length:
            raise self._damaged()
        return data

    def _damaged(self) -> BackupError:
        return BackupError(f"{self._path}: damaged or incomplete; use another backup")


def check_file(path: Path) -> dict[str, Any]:
    """Read the whole file and return its header. Raises ``BackupError`` or ``OSError``."""
    with BackupReader(path) as reader:
        for table in reader.tables():
            for _ in reader.data(table):
                pass
        return reader.header
