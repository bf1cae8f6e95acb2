"""An append-only log of flushes in segment files. All methods block; only one thread at a time may use a log."""

import contextlib
import errno
import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from common.streams import Flush
from services.collector.spool.records import decode_records, encode_record, recover_records

SUFFIX = ".spool"
_SEGMENT_BYTES = 16 << 20
_GONE = (errno.EIO, errno.ENOENT)
"""Errors after which a file stays unreadable. Others, such as too many open files, may pass."""
_log = structlog.get_logger()


class SpoolFullError(Exception):
    """The spool has no room for the flush."""


class SpoolDamagedError(Exception):
    """A record of the spool cannot be read back."""


@dataclass(slots=True)
class _Segment:
    path: Path
    size: int
    """Bytes up to the end of the last complete record; all of them are synced."""
    flushes: int = 0
    """Flushes that are not acknowledged."""
    beacons: int = 0
    consumed: int = 0
    """Bytes of the acknowledged records."""
    damage: dict[int, int] = field(default_factory=dict)
    """Unreadable ranges: begin and end."""


class SpoolLog:
    """Flushes in the order in which they were appended, until they are acknowledged."""

    def __init__(self, folder: Path, max_bytes: int, segment_bytes: int = _SEGMENT_BYTES) -> None:
        """``folder`` is created when it is first needed."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._segment_bytes = segment_bytes
        self._segments: deque[_Segment] = deque()
        self._next = 1
        self._file: int | None = None
        """The last segment, open for writing."""
        self._read_through = 0
        """Where in the first segment the last ``read`` ended."""
        self._read: list[Flush] = []
        """The flushes that it returned."""
        self.size = 0
        """Bytes on disk, including acknowledged flushes of a segment that is not empty yet."""
        self.damaged = 0
        """Number of files that are partly unreadable."""

    def open(self) -> tuple[int, int]:
        """Take over the files of another process; return how many flushes and beacons they hold. Raises ``OSError``.

        A crash may leave an incomplete record at the end of the last file, for which no client got a response. Anything
        else that cannot be read is damage: the file is kept under a second name, and the complete records behind the
        damage count.
        """
        paths = sorted(path for path in self._folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())
        for path in paths:
            data = path.read_bytes()
            segment, whole = _Segment(path, 0), 0
            for flush, begin, end in recover_records(data):
                if begin > segment.size:
                    segment.damage[segment.size] = begin
                segment.size, whole = end, whole + end - begin
                segment.flushes, segment.beacons = segment.flushes + 1, segment.beacons + flush.beacons
            self._next = int(path.stem) + 1
            if segment.damage or (segment.size < len(data) and path != paths[-1]):
                self._record_damage(path, len(data) - whole)
            elif segment.size < len(data):
                _log.warning("spool: discarded incomplete last record", bytes=len(data) - whole)
            if not segment.size:  # its first record was never completed
                path.unlink()
                continue
            self._segments.append(segment)
            self.size += segment.size
        return sum(each.flushes for each in self._segments), sum(each.beacons for each in self._segments)

    def append(self, flush: Flush) -> None:
        """Return once the flush is on disk. Raises ``SpoolFullError`` or ``OSError``; the flush is not kept then."""
        record = encode_record(flush)
        if self.size + len(record) > self._max_bytes:
            raise SpoolFullError
        if self._file is None or self._segments[-1].size >= self._segment_bytes:
            self._begin_segment()
        file, segment = self._file, self._segments[-1]
        assert file is not None  # noqa: S101 - opened by _begin_segment
        try:
            _write_all(file, record)
            os.fdatasync(file)
        except OSError:
            self._roll_back(file, segment.size)
            raise
        segment.size += len(record)
        segment.flushes += 1
        segment.beacons += flush.beacons
        self.size += len(record)

    def read(self, beacons: int) -> list[Flush]:
        """Return the first flushes that are not acknowledged, from one file, with about ``beacons`` beacons.

        Raises ``SpoolDamagedError`` (then call ``skip_damage``), or ``OSError`` for an error that may pass.
        """
        self._drop_finished()
        if not self._segments:
            return []
        segment, found, count = self._segments[0], list[Flush](), 0
        segment.consumed = end = segment.damage.pop(segment.consumed, segment.consumed)
        data = _read(segment, max(1 << 20, beacons << 10))
        if next(decode_records(data), None) is None:  # the first record may be longer than that
            data = _read(segment, segment.size)
        for flush, through in decode_records(data):
            found.append(flush)
            end = segment.consumed + through
            count += flush.beacons
            if count >= beacons:
                break
        if not found and segment.consumed < segment.size:
            raise SpoolDamagedError
        self._read_through, self._read = end, found
        return found

    def acknowledge(self) -> None:
        """Discard the flushes that the last ``read`` returned."""
        segment = self._segments[0]
        segment.consumed = self._read_through
        segment.flushes -= len(self._read)
        segment.beacons -= sum(flush.beacons for flush in self._read)
        self._drop_finished()

    def skip_damage(self) -> tuple[int, int]:
        """Skip an unreadable range and keep its file; return how many flushes and beacons are lost.

        Raises ``OSError`` as ``read`` does.
        """
        segment = self._segments[0]
        try:
            data = _read(segment, segment.size)
        except SpoolDamagedError:
            data = b""
        places = [(segment.consumed + begin, flush.beacons) for flush, begin, _ in recover_records(data)]
        flushes, beacons = len(places), sum(count for _, count in places)
        lost = segment.flushes - flushes, segment.beacons - beacons
        behind = places[0][0] if places else segment.size
        self._record_damage(segment.path, behind - segment.consumed)
        segment.consumed, segment.flushes, segment.beacons = behind, flushes, beacons
        self._drop_finished()
        return lost

    def close(self) -> None:
        self._close_file()

    def _begin_segment(self) -> None:
        self._close_file()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._next:010}{SUFFIX}"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._next += 1
        self._segments.append(_Segment(path, 0))
        try:
            for folder in (self._folder, *self._folder.parents[:2]):  # the log's, the process's, and the root
                sync_folder(folder)
        except OSError:  # a file whose name may not survive a crash stores nothing
            self._roll_back(self._file, 0)
            raise

    def _roll_back(self, file: int, size: int) -> None:
        """Remove the record that could not be written, and write to this file no more, since its state is unknown."""
        with contextlib.suppress(OSError):
            os.ftruncate(file, size)
        self._close_file()
        if not size:  # else a disk that stays full collects one more empty file per attempt
            self._segments.pop().path.unlink(missing_ok=True)

    def _drop_finished(self) -> None:
        while self._segments and self._segments[0].consumed >= self._segments[0].size:
            if len(self._segments) == 1:
                self._close_file()
            segment = self._segments.popleft()
            self.size -= segment.size
            try:
                segment.path.unlink(missing_ok=True)
            except OSError as error:  # if it is replayed again, the server recognizes its sequence numbers
                _log.error("spool: cannot remove file", file=str(segment.path), error=error.strerror)

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)

    def _record_damage(self, path: Path, count: int) -> None:
        self.damaged += 1
        _log.error("spool: file is damaged, keeping a copy", file=str(path), bytes=count)
        with contextlib.suppress(OSError):  # a hard link needs no space on a full disk
            path.with_suffix(".damaged").hardlink_to(path)


def _read(segment: _Segment, most: int) -> bytes:
    """Return up to ``most`` bytes that are not acknowledged. Raises ``SpoolDamagedError`` or ``OSError``."""
    try:
        with segment.path.open("rb") as file:
            file.seek(segment.consumed)
            return file.read(min(segment.size - segment.consumed, most))
    except OSError as error:
        if error.errno in _GONE:
            raise SpoolDamagedError from error
        raise


def sync_folder(folder: Path) -> None:
    """Make the file names in ``folder`` durable."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
