"""The spool's files: what was appended comes back, once and in order, whatever a crash left of them."""

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
    """Reads and forgets all of the log."""
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


def test_flushes_come_back_as_they_were_in_order_and_leave_no_file(tmp_path: Path):
    log = filled(tmp_path, 100, segment_bytes=500)
    assert len(files(tmp_path)) > 5
    assert log.read(2) == [flush(1)]
    assert numbers(log) == list(range(1, 101))
    assert (files(tmp_path), log.size) == ([], 0)


def test_what_is_read_and_not_forgotten_is_read_again(tmp_path: Path):
    log = filled(tmp_path, 10)
    assert log.read(6) == log.read(6) == [flush(1), flush(2), flush(3)]


def test_what_is_appended_while_the_rest_is_replayed_comes_last(tmp_path: Path):
    log = filled(tmp_path, 3)
    log.read(4)
    log.append(flush(4))
    log.acknowledge()
    assert numbers(log) == [3, 4]
    log.append(flush(5))
    assert numbers(log) == [5]


def test_another_process_finds_all_of_it(tmp_path: Path):
    filled(tmp_path, 50, segment_bytes=400).close()
    log = log_in(tmp_path)
    assert log.open() == (50, 100)
    log.append(flush(51))
    assert numbers(log) == list(range(1, 52))


def test_a_file_torn_at_any_byte_gives_the_whole_records_before_it(tmp_path: Path):
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
def test_rubbish_after_the_last_record_is_no_record(tmp_path: Path, tail: bytes):
    filled(tmp_path, 3).close()
    [file] = files(tmp_path)
    file.write_bytes(file.read_bytes() + tail)
    log = log_in(tmp_path)
    assert log.open() == (3, 6)
    assert numbers(log) == [1, 2, 3]


@pytest.mark.parametrize("segment_bytes", [1 << 20, 300], ids=["the only file", "one of several"])
def test_a_damaged_byte_costs_one_record_at_most_wherever_it_is(tmp_path: Path, segment_bytes: int):
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
        assert log.read(1)  # also where the first is the damaged one
        is_known = place < last_record or segment_bytes < 1000  # else it looks as what a crash leaves
        assert log.damaged == is_known, place
        if is_known:
            aside = first.with_suffix(".damaged")
            assert aside.read_bytes() == content
            aside.unlink()
    assert len(numbers(log)) == 11
    assert log.size == 0


def test_damage_that_comes_while_a_log_is_used_costs_what_is_damaged_and_no_more(tmp_path: Path):
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


def test_a_file_that_is_gone_is_lost_and_the_next_is_not(tmp_path: Path):
    log = filled(tmp_path, 3)
    files(tmp_path)[0].unlink()
    with pytest.raises(SpoolDamagedError):
        log.read(100)
    assert log.skip_damage() == (3, 6)
    assert log.size == 0
    log.append(flush(4))
    assert numbers(log) == [4]


def test_what_cannot_be_read_for_the_moment_is_not_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = filled(tmp_path, 3)

    def no_more(*_: object) -> None:
        raise OSError(errno.EMFILE, "too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", no_more)
        with pytest.raises(OSError, match="too many"):
            log.read(100)
    assert numbers(log) == [1, 2, 3]
    assert log.damaged == 0


def test_a_file_that_cannot_be_removed_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = filled(tmp_path, 3)

    def rejected(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", rejected)
        assert numbers(log) == [1, 2, 3]
    assert log.size == 0
    log.append(flush(4))
    assert numbers(log) == [4]


def test_a_full_spool_says_so_and_takes_again_what_fits(tmp_path: Path):
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


def test_a_disk_error_leaves_nothing_of_what_was_not_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
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


def test_all_names_on_the_way_to_a_file_are_on_the_disk_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(Path(f"/proc/self/fd/{file}").readlink()))
    own = claim_new(tmp_path / "spools")
    SpoolLog(own.path / "0", 1 << 20).append(flush(1))
    assert synced == [own.path / "0", own.path, tmp_path / "spools"]


def test_a_disk_that_stays_full_is_not_filled_with_empty_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
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


def test_a_file_whose_first_record_is_torn_does_not_stay_for_ever(tmp_path: Path):
    filled(tmp_path, 1).close()
    [file] = files(tmp_path)
    os.truncate(file, 5)
    log = log_in(tmp_path)
    assert log.open() == (0, 0)
    assert files(tmp_path) == []
    log.append(flush(2))
    assert numbers(log) == [2]


def test_a_flush_larger_than_a_read_comes_back_whole(tmp_path: Path):
    log = log_in(tmp_path, max_bytes=1 << 24)
    large = make_flush(1, {0: [b"x" * (3 << 20)]})
    log.append(large)
    log.append(flush(2))
    assert log.read(1) == [large]
    log.acknowledge()
    assert numbers(log) == [2]


def test_a_folder_belongs_to_its_process_and_is_found_when_that_is_gone(tmp_path: Path):
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
