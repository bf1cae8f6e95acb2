"""An append-only log of flushes in segment files. Everything here blocks; one thread at a time uses a log."""

import contextlib
import errno
import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from common.streams import Flush
from services.collector.spool.records import encode_record, readable, records

SUFFIX = ".spool"
_SEGMENT_BYTES = 16 << 20
_GONE = (errno.EIO, errno.ENOENT)
"""What the system says of a file that will not be read any more; all else may pass, as too many open files does."""
_log = structlog.get_logger()


class SpoolFullError(Exception):
    """The spool has no room for what was to be appended."""


class SpoolDamagedError(Exception):
    """What was written to the spool cannot be read back."""


@dataclass(slots=True)
class _Segment:
    path: Path
    size: int
    """Bytes up to the end of the last whole record, all of them synced."""
    flushes: int = 0
    """Of these, those that are not forgotten."""
    beacons: int = 0
    taken: int = 0
    """Bytes of the records that were given back by ``forget``."""
    damage: dict[int, int] = field(default_factory=dict)
    """Places that are known not to be readable: where they begin, and where they end."""


class SpoolLog:
    """Flushes in the order they were appended, until they are forgotten."""

    def __init__(self, folder: Path, max_bytes: int, segment_bytes: int = _SEGMENT_BYTES) -> None:
        """``folder`` is made when it is needed."""
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
        """What it gave."""
        self.size = 0
        """On disk, also what was forgotten of a segment that is not empty yet."""
        self.damaged = 0
        """Files of which a part could not be read."""

    def open(self) -> tuple[int, int]:
        """Takes over what a process left; gives how many flushes and beacons. Raises ``OSError``.

        A crash may tear the end of the last file, where nothing was acknowledged yet. What cannot be read elsewhere
        is damage: the file is kept beside the others under another name, and what is whole behind the damage counts.
        """
        paths = sorted(path for path in self._folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())
        for path in paths:
            data = path.read_bytes()
            segment, whole = _Segment(path, 0), 0
            for flush, begin, end in readable(data):
                if begin > segment.size:
                    segment.damage[segment.size] = begin
                segment.size, whole = end, whole + end - begin
                segment.flushes, segment.beacons = segment.flushes + 1, segment.beacons + flush.beacons
            self._next = int(path.stem) + 1
            if segment.damage or (segment.size < len(data) and path != paths[-1]):
                self._note_damage(path, len(data) - whole)
            elif segment.size < len(data):
                _log.warning(
                    "a spool's last record is torn, as those are that nobody acknowledged", bytes=len(data) - whole
                )
            if not segment.size:  # its first record was never acknowledged
                path.unlink()
                continue
            self._segments.append(segment)
            self.size += segment.size
        return sum(each.flushes for each in self._segments), sum(each.beacons for each in self._segments)

    def append(self, flush: Flush) -> None:
        """Returns once the flush is on the disk. Raises ``SpoolFullError`` or ``OSError``; it is not kept then."""
        record = encode_record(flush)
        if self.size + len(record) > self._max_bytes:
            raise SpoolFullError
        if self._file is None or self._segments[-1].size >= self._segment_bytes:
            self._begin_segment()
        file, segment = self._file, self._segments[-1]
        assert file is not None  # noqa: S101 - a segment was begun
        try:
            _write_all(file, record)
            os.fdatasync(file)
        except OSError:
            self._take_back(file, segment.size)
            raise
        segment.size += len(record)
        segment.flushes += 1
        segment.beacons += flush.beacons
        self.size += len(record)

    def read(self, beacons: int) -> list[Flush]:
        """The first flushes that are not forgotten, of one file, about as many as hold ``beacons``.

        Raises ``SpoolDamagedError`` (``skip_damage`` goes on behind that), or ``OSError`` for what may be otherwise at
        the next try.
        """
        self._drop_finished()
        if not self._segments:
            return []
        segment, found, count = self._segments[0], list[Flush](), 0
        segment.taken = end = segment.damage.pop(segment.taken, segment.taken)
        data = _read(segment, max(1 << 20, beacons << 10))
        if next(records(data), None) is None:  # the first record may be longer than that
            data = _read(segment, segment.size)
        for flush, through in records(data):
            found.append(flush)
            end = segment.taken + through
            count += flush.beacons
            if count >= beacons:
                break
        if not found and segment.taken < segment.size:
            raise SpoolDamagedError
        self._read_through, self._read = end, found
        return found

    def forget(self) -> None:
        """What the last ``read`` gave is needed no more."""
        segment = self._segments[0]
        segment.taken = self._read_through
        segment.flushes -= len(self._read)
        segment.beacons -= sum(flush.beacons for flush in self._read)
        self._drop_finished()

    def skip_damage(self) -> tuple[int, int]:
        """Goes on behind what cannot be read, and keeps its file aside; gives how many flushes and beacons are lost.

        Raises ``OSError`` as ``read``.
        """
        segment = self._segments[0]
        try:
            data = _read(segment, segment.size)
        except SpoolDamagedError:
            data = b""
        places = [(segment.taken + begin, flush.beacons) for flush, begin, _ in readable(data)]
        flushes, beacons = len(places), sum(count for _, count in places)
        lost = segment.flushes - flushes, segment.beacons - beacons
        behind = places[0][0] if places else segment.size
        self._note_damage(segment.path, behind - segment.taken)
        segment.taken, segment.flushes, segment.beacons = behind, flushes, beacons
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
            for folder in (self._folder, *self._folder.parents[:2]):  # the lane's, the process's, and that of all
                sync_folder(folder)
        except OSError:  # a name that may not outlast a crash keeps nothing
            self._take_back(self._file, 0)
            raise

    def _take_back(self, file: int, size: int) -> None:
        """Leaves nothing of a record that was not acknowledged; and this file alone, whose state nobody knows."""
        with contextlib.suppress(OSError):
            os.ftruncate(file, size)
        self._close_file()
        if not size:  # on a disk that stays full there would be one more of them after each try
            self._segments.pop().path.unlink(missing_ok=True)

    def _drop_finished(self) -> None:
        while self._segments and self._segments[0].taken >= self._segments[0].size:
            if len(self._segments) == 1:
                self._close_file()
            segment = self._segments.popleft()
            self.size -= segment.size
            try:
                segment.path.unlink(missing_ok=True)
            except OSError as error:  # whoever finds it sends it again, and the server knows its numbers
                _log.error("a file of the spool cannot be removed", file=str(segment.path), error=error.strerror)

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)

    def _note_damage(self, path: Path, count: int) -> None:
        self.damaged += 1
        _log.error("a part of a spool is damaged; the file is kept beside it", file=str(path), bytes=count)
        with contextlib.suppress(OSError):  # by a second name, which needs no room on a disk that may be full
            path.with_suffix(".damaged").hardlink_to(path)


def _read(segment: _Segment, most: int) -> bytes:
    """What is not taken, ``most`` bytes of it. Raises ``SpoolDamagedError`` or ``OSError``."""
    try:
        with segment.path.open("rb") as file:
            file.seek(segment.taken)
            return file.read(min(segment.size - segment.taken, most))
    except OSError as error:
        if error.errno in _GONE:
            raise SpoolDamagedError from error
        raise


def sync_folder(folder: Path) -> None:
    """Makes the names in ``folder`` durable."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
