"""The spool's files return each flush once and in order, also after a crash."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from common.streams import Flush, make_flush
from services.collector.spool import SpoolFullError, SpoolLog, claim_abandoned, claim_new
from services.collector.spool.log import SUFFIX, SpoolDamagedError
from services.collector.spool.records import decode_records


def flush(number: int, beacons: int = 2) -> Flush:
    return make_flush(number, {number % 4: [b"beacon %d" % n for n in range(beacons)]})


def numbers(log: SpoolLog) -> list[int]:
    """Read and acknowledge the whole log."""
    found: list[int] = []
    while flushes := log.read(10):
        found += [each.sequence for each in flushes]
        log.acknowledge()
    return found


def log_in(folder: Path, **more: int) -> SpoolLog:
    return SpoolLog(folder / "spool" / "0", more.pop("max_bytes", 1 << 20), **more)


def filled(folder: Path, count: int, **more: int) -> SpoolLog:
    log = log_in(folder, **more)
    for number in range(1, count + 1):
        log.append(flush(number))
    return log


def files(folder: Path) -> list[Path]:
    return sorted((folder / "spool" / "0").glob(f"*{SUFFIX}"))


def test_flushes_are_read_unchanged_in_order_and_leave_no_file(tmp_path: Path):
    log = filled(tmp_path, 100, segment_bytes=500)
    assert len(files(tmp_path)) > 5
    assert log.read(2) == [flush(1)]
    assert numbers(log) == list(range(1, 101))
    assert (files(tmp_path), log.size) == ([], 0)


def test_flushes_that_are_not_acknowledged_are_read_again(tmp_path: Path):
    log = filled(tmp_path, 10)
    assert log.read(6) == log.read(6) == [flush(1), flush(2), flush(3)]


def test_flushes_appended_during_a_replay_are_read_last(tmp_path: Path):
    log = filled(tmp_path, 3)
    log.read(4)
    log.append(flush(4))
    log.acknowledge()
    assert numbers(log) == [3, 4]
    log.append(flush(5))
    assert numbers(log) == [5]


def test_another_process_reads_all_flushes(tmp_path: Path):
    filled(tmp_path, 50, segment_bytes=400).close()
    log = log_in(tmp_path)
    assert log.open() == (50, 100)
    log.append(flush(51))
    assert numbers(log) == list(range(1, 52))


def test_file_truncated_at_any_byte_keeps_the_complete_records(tmp_path: Path):
    filled(tmp_path, 3).close()
    [file] = files(tmp_path)
    whole = file.read_bytes()
    lengths = [len(whole) // 3 * n for n in range(4)]
    for cut in range(len(whole)):
        file.write_bytes(whole[:cut])
        log = log_in(tmp_path)
        complete = sum(cut >= length for length in lengths[1:])
        assert log.open() == (complete, 2 * complete)
        assert numbers(log) == list(range(1, complete + 1))
        assert log.damaged == 0


@pytest.mark.parametrize("tail", [b"\0" * 4096, b"\xff" * 64, Random(1).randbytes(100)], ids=["zeros", "ones", "noise"])
def test_garbage_after_the_last_record_is_ignored(tmp_path: Path, tail: bytes):
    filled(tmp_path, 3).close()
    [file] = files(tmp_path)
    file.write_bytes(file.read_bytes() + tail)
    log = log_in(tmp_path)
    assert log.open() == (3, 6)
    assert numbers(log) == [1, 2, 3]


@pytest.mark.parametrize("segment_bytes", [1 << 20, 300], ids=["the only file", "one of several"])
def test_damaged_byte_anywhere_loses_at_most_one_record(tmp_path: Path, segment_bytes: int):
    filled(tmp_path, 12, segment_bytes=segment_bytes).close()
    first = files(tmp_path)[0]
    whole = first.read_bytes()
    last_record = len(whole) - len(whole) // len(list(decode_records(whole)))
    for place in range(len(whole)):
        content = bytearray(whole)
        content[place] ^= 0x41
        first.write_bytes(content)
        log = log_in(tmp_path)
        flushes, beacons = log.open()
        assert (flushes, beacons) == (11, 22)
        assert log.read(1)  # even if the first one is damaged
        is_known = place < last_record or segment_bytes < 1000  # else it looks like the result of a crash
        assert log.damaged == is_known, place
        if is_known:
            aside = first.with_suffix(".damaged")
            assert aside.read_bytes() == content
            aside.unlink()
    assert len(numbers(log)) == 11
    assert log.size == 0


def test_damage_to_an_open_log_loses_only_the_damaged_records(tmp_path: Path):
    log = filled(tmp_path, 5)
    [file] = files(tmp_path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert log.read(100) == [flush(1), flush(2)]
    log.append(flush(6))
    log.acknowledge()
    with pytest.raises(SpoolDamagedError):
        log.read(100)
    assert log.skip_damage() == (1, 2)
    assert numbers(log) == [4, 5, 6]
    assert (files(tmp_path), log.size) == ([], 0)
    assert len(list(file.parent.glob("*.damaged"))) == 1


def test_deleted_file_does_not_affect_the_next_file(tmp_path: Path):
    log = filled(tmp_path, 3)
    files(tmp_path)[0].unlink()
    with pytest.raises(SpoolDamagedError):
        log.read(100)
    assert log.skip_damage() == (3, 6)
    assert log.size == 0
    log.append(flush(4))
    assert numbers(log) == [4]


def test_temporary_read_error_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = filled(tmp_path, 3)

    def no_more(*_: object) -> None:
        raise OSError(errno.EMFILE, "too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", no_more)
        with pytest.raises(OSError, match="too many"):
            log.read(100)
    assert numbers(log) == [1, 2, 3]
    assert log.damaged == 0


def test_file_that_cannot_be_removed_does_not_stop_the_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = filled(tmp_path, 3)

    def rejected(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", rejected)
        assert numbers(log) == [1, 2, 3]
    assert log.size == 0
    log.append(flush(4))
    assert numbers(log) == [4]


def test_full_spool_raises_and_accepts_flushes_that_fit(tmp_path: Path):
    log = log_in(tmp_path, max_bytes=1000, segment_bytes=200)
    taken = 0
    with suppress(SpoolFullError):
        while True:
            log.append(flush(taken + 1))
            taken += 1
    assert 900 < log.size <= 1000
    assert sum(file.stat().st_size for file in files(tmp_path)) == log.size
    assert numbers(log) == list(range(1, taken + 1))
    log.append(flush(taken + 2))
    assert numbers(log) == [taken + 2]


def test_disk_error_leaves_no_incomplete_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = filled(tmp_path, 3)

    def fails(_file: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", fails)
        with pytest.raises(OSError, match="no space"):
            log.append(flush(4))
    log.append(flush(5))
    log.close()
    again = log_in(tmp_path)
    again.open()
    assert numbers(again) == [1, 2, 3, 5]


def test_all_parent_folders_are_synced_before_a_file_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(Path(f"/proc/self/fd/{file}").readlink()))
    own = claim_new(tmp_path / "spools")
    SpoolLog(own.path / "0", 1 << 20).append(flush(1))
    assert synced == [own.path / "0", own.path, tmp_path / "spools"]


def test_full_disk_does_not_collect_empty_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = log_in(tmp_path)
    with monkeypatch.context() as patch:

        def full(file: int) -> None:
            raise OSError(errno.ENOSPC, "no space left on device")

        patch.setattr(os, "fdatasync", full)
        for number in range(1, 6):
            with suppress(OSError):
                log.append(flush(number))
        assert files(tmp_path) == []
    log.append(flush(6))
    assert numbers(log) == [6]


def test_file_with_an_incomplete_first_record_is_removed(tmp_path: Path):
    filled(tmp_path, 1).close()
    [file] = files(tmp_path)
    os.truncate(file, 5)
    log = log_in(tmp_path)
    assert log.open() == (0, 0)
    assert files(tmp_path) == []
    log.append(flush(2))
    assert numbers(log) == [2]


def test_flush_larger_than_one_read_is_read_completely(tmp_path: Path):
    log = log_in(tmp_path, max_bytes=1 << 24)
    large = make_flush(1, {0: [b"x" * (3 << 20)]})
    log.append(large)
    log.append(flush(2))
    assert log.read(1) == [large]
    log.acknowledge()
    assert numbers(log) == [2]


def test_folder_is_locked_by_its_process_and_claimed_after_its_end(tmp_path: Path):
    ours = claim_new(tmp_path)
    SpoolLog(ours.path / "0", 1 << 20).append(flush(1))
    assert list(claim_abandoned(tmp_path)) == []
    os.close(ours.lock)  # as the system does when a process ends
    [left] = claim_abandoned(tmp_path)
    assert (left.name, left.log_names()) == (ours.name, ["0"])
    assert list(claim_abandoned(tmp_path)) == []
    log = SpoolLog(left.path / "0", 1 << 20)
    log.open()
    assert numbers(log) == [1]
    left.release()
    assert list(tmp_path.iterdir()) == []
