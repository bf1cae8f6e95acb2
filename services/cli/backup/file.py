"""The file: gzip around frames, each a length (4 bytes, big-endian) and so many bytes.

A frame of JSON says what the backup is; then each table: a frame of JSON with its name and columns, frames of COPY
data, an empty frame, a frame of JSON with its rows and the SHA-256 of its data. At last comes an empty frame, and
one of JSON with the rows of all tables. What has no end is no backup.
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

from services.cli.backup.errors import BackupError

FORMAT = "pyuniqvisit backup"
VERSION = 1
_LENGTH = 4
_LONGEST = 1 << 30
_LEVEL = 6


class Table(NamedTuple):
    name: str
    parent: str
    """The partitioned table that it is a part of, else its own name."""
    columns: tuple[str, ...]


class BackupWriter:
    """Writes a file that only its owner reads, and that bears its name only when it is complete and on disk."""

    def __init__(self, path: Path, facts: dict[str, Any]) -> None:
        self._path = path
        self._new = path.with_name(path.name + ".part")
        self._facts = facts
        self._rows: dict[str, int] = {}

    def __enter__(self) -> "BackupWriter":
        self._new.unlink(missing_ok=True)
        self._raw: BinaryIO = os.fdopen(os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file = gzip.GzipFile(fileobj=self._raw, filename="", mode="wb", compresslevel=_LEVEL)
        self._say({"format": FORMAT, "version": VERSION, **self._facts})
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                with self._named():
                    self._finish()
        finally:
            for file in (self._file, self._raw):
                with suppress(OSError):  # on a full disk, closing writes what still waits, and fails again
                    file.close()
            self._new.unlink(missing_ok=True)

    def _finish(self) -> None:
        self._frame(b"")
        self._say({"tables": self._rows})
        self._file.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._new.rename(self._path)

    def begin(self, table: Table) -> None:
        self._say({"table": table.name, "parent": table.parent, "columns": table.columns})
        self._digest = hashlib.sha256()

    async def add(self, data: bytes) -> None:
        """A part of the table's rows, cut anywhere."""
        if data:
            self._digest.update(data)
            self._frame(data)

    def end(self, table: Table, rows: int) -> None:
        self._frame(b"")
        self._say({"rows": rows, "sha256": self._digest.hexdigest()})
        self._rows[table.name] = rows

    def _say(self, what: dict[str, Any]) -> None:
        self._frame(json.dumps(what).encode())

    def _frame(self, data: bytes) -> None:
        with self._named():
            self._file.write(len(data).to_bytes(_LENGTH, "big") + data)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Of a write that fails, the system does not say which file it was to."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._path)) from None


class BackupReader:
    """Reads a backup from its beginning to its end. Raises ``BackupError``, also in the middle, or ``OSError``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = gzip.GzipFile(path)
        try:
            self.facts = self._said()
        except BackupError:
            raise BackupError(f"{path}: is no backup of PyUniqVisit") from None
        if self.facts.get("format") != FORMAT:
            raise BackupError(f"{path}: is no backup of PyUniqVisit")
        if self.facts.get("version") != VERSION:
            raise BackupError(f"{path}: made by a newer version of PyUniqVisit")
        self.rows: dict[str, int] = {}

    def __enter__(self) -> "BackupReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def tables(self) -> Iterator[Table]:
        """Each table; its ``data`` is to be read before the next."""
        while head := self._frame():
            said = self._json(head)
            table = Table(said["table"], said["parent"], tuple(said["columns"]))
            yield table
        if self._said()["tables"] != self.rows:
            raise self._damaged()

    def data(self, table: Table) -> Iterator[bytes]:
        """The table's rows. Raises at the end where they are not what was written."""
        digest = hashlib.sha256()
        while chunk := self._frame():
            digest.update(chunk)
            yield chunk
        said = self._said()
        if said["sha256"] != digest.hexdigest():
            raise self._damaged()
        self.rows[table.name] = said["rows"]

    def _said(self) -> dict[str, Any]:
        return self._json(self._frame())

    def _json(self, frame: bytes) -> dict[str, Any]:
        try:
            said = json.loads(frame)
        except ValueError:
            raise self._damaged() from None
        if not isinstance(said, dict):
            raise self._damaged()
        return said

    def _frame(self) -> bytes:
        length = int.from_bytes(self._read(_LENGTH), "big")
        if length > _LONGEST:
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
        return BackupError(f"{self._path}: damaged, or not complete")


def check_file(path: Path) -> dict[str, Any]:
    """Reads all of it, and gives its facts. Raises ``BackupError`` or ``OSError``."""
    with BackupReader(path) as reader:
        for table in reader.tables():
            for _ in reader.data(table):
                pass
        return reader.facts
