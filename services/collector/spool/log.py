"""An append-only log of flushes in segment files. Everything here blocks; one thread at a time uses a log."""

import contextlib
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import structlog

from common.streams import Flush
from services.collector.spool.records import encode_record, records

SUFFIX = ".spool"
_SEGMENT_BYTES = 16 << 20
_log = structlog.get_logger()


class SpoolFullError(Exception):
    """The spool has no room for what was to be appended."""


@dataclass(slots=True)
class _Segment:
    path: Path
    size: int
    """Bytes of whole records, all of them synced."""
    taken: int = 0
    """Bytes of the records that were given back by ``forget``."""


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
        self.size = 0
        """On disk, also what was forgotten of a segment that is not empty yet."""
        self.damaged = 0
        """Files of which a part could not be read."""

    def open(self) -> tuple[int, int]:
        """Takes over what a process left; gives how many flushes and beacons. Raises ``OSError``.

        A crash may tear the end of the last file, where nothing was acknowledged yet. What cannot be read elsewhere
        is damage: the file is kept beside the others under another name.
        """
        flushes = beacons = 0
        paths = sorted(self._folder.glob(f"*{SUFFIX}"))
        for path in paths:
            data = path.read_bytes()
            size = 0
            for flush, size in records(data):  # noqa: B007 - the last one's end is what is whole
                flushes, beacons = flushes + 1, beacons + flush.beacons
            self._next = int(path.name.removesuffix(SUFFIX)) + 1
            if size < len(data):
                self._note_unreadable(path, data, size, is_last=path == paths[-1])
            if not size:  # its first record was never acknowledged
                path.unlink()
                continue
            self._segments.append(_Segment(path, size))
            self.size += size
        return flushes, beacons

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
        self.size += len(record)

    def read(self, beacons: int) -> list[Flush]:
        """The first flushes that are not forgotten, of one file, about as many as hold ``beacons``."""
        found: list[Flush] = []
        self._drop_finished()
        if not self._segments:
            return found
        segment, count = self._segments[0], 0
        with segment.path.open("rb") as file:
            file.seek(segment.taken)
            data = file.read(min(segment.size - segment.taken, max(1 << 20, beacons << 10)))
        end = 0
        for flush, end in records(data):  # noqa: B007 - the last one's end is where the next read begins
            found.append(flush)
            count += flush.beacons
            if count >= beacons:
                break
        if not found and segment.taken < segment.size:
            if len(data) < segment.size - segment.taken:  # one record is longer than what was read
                return self._read_one(segment)
            raise OSError("what was written to the spool cannot be read back")
        self._read_through = segment.taken + end
        return found

    def forget(self) -> None:
        """What the last ``read`` gave is needed no more."""
        self._segments[0].taken = self._read_through
        self._drop_finished()

    def give_up_segment(self) -> int:
        """Puts a first segment that cannot be read aside; gives how many bytes of it were not read yet."""
        segment = self._segments.popleft()
        if not self._segments:
            self._close_file()
        self.size -= segment.size
        self.damaged += 1
        with contextlib.suppress(OSError):
            segment.path.rename(segment.path.with_suffix(".damaged"))
        return segment.size - segment.taken

    def count(self) -> tuple[int, int]:
        """How many flushes and beacons are not forgotten."""
        flushes = beacons = 0
        for segment in self._segments:
            for flush, _ in records(segment.path.read_bytes()[: segment.size], segment.taken):
                flushes, beacons = flushes + 1, beacons + flush.beacons
        return flushes, beacons

    def close(self) -> None:
        self._close_file()

    def _read_one(self, segment: _Segment) -> list[Flush]:
        with segment.path.open("rb") as file:
            file.seek(segment.taken)
            data = file.read(segment.size - segment.taken)
        for flush, end in records(data):
            self._read_through = segment.taken + end
            return [flush]
        raise OSError("what was written to the spool cannot be read back")

    def _begin_segment(self) -> None:
        self._close_file()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._next:010}{SUFFIX}"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._next += 1
        self._segments.append(_Segment(path, 0))
        sync_folder(self._folder)
        sync_folder(self._folder.parent)

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
            segment.path.unlink(missing_ok=True)
            self.size -= segment.size

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)

    def _note_unreadable(self, path: Path, data: bytes, size: int, *, is_last: bool) -> None:
        if is_last:
            _log.warning("a spool's last record is torn, and was never acknowledged", bytes=len(data) - size)
            return
        self.damaged += 1
        path.with_suffix(".damaged").write_bytes(data)
        _log.error("a part of a spool is damaged, and kept beside it", file=str(path), bytes=len(data) - size)


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
