"""From the bytes of a log file to events in order."""

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.errors import CliError
from services.cli.import_log.events import Tally, events_of, origin_of
from services.cli.import_log.ids import LineIds
from services.cli.import_log.lines import MAX_LINE, read_lines
from services.cli.import_log.order import in_order
from services.cli.import_log.pages import Skipped
from services.cli.import_log.run import batches

HOUR_MS = 3_600_000
LINE = b'81.2.69.142 - - [17/May/2015:10:05:%02d +0000] "GET /%s HTTP/1.1" 200 1 "-" "Firefox"'


def lines_of(data: bytes) -> list[bytes]:
    return list(read_lines(io.BufferedReader(io.BytesIO(data)), "access.log", lambda _count: None))


@given(st.lists(st.binary(max_size=50).filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))))
def test_lines_are_the_same_plain_and_packed_and_with_either_end_of_line(lines: list[bytes]) -> None:
    for end in (b"\n", b"\r\n"):
        data = b"".join(line + end for line in lines)
        if not data.startswith(b"\x1f\x8b"):
            assert lines_of(data) == lines
        assert lines_of(gzip.compress(data)) == lines


def test_a_last_line_without_an_end_counts() -> None:
    assert lines_of(b"one\ntwo") == [b"one", b"two"]


def test_files_packed_one_after_another_are_one_file() -> None:
    assert lines_of(gzip.compress(b"one\n") + gzip.compress(b"two\n")) == [b"one", b"two"]


def test_a_line_that_is_too_long_is_dropped_and_the_next_one_is_not() -> None:
    long = b"x" * (MAX_LINE * 9)
    assert lines_of(b"one\n" + long + b"\ntwo\n" + long) == [b"one", b"", b"two", b""]
    assert lines_of(gzip.compress(b"one\n" + long + b"\ntwo\n")) == [b"one", b"", b"two"]


def test_a_packed_file_that_is_cut_off_or_damaged_is_one_line_of_error() -> None:
    packed = gzip.compress(b"one line of many\n" * 1000)
    with pytest.raises(CliError, match=r"access\.log: the compressed file ends too early"):
        lines_of(packed[:-10])
    with pytest.raises(CliError, match=r"access\.log: the compressed file is damaged"):
        lines_of(packed[:30] + b"garbage" * 10)


def test_progress_counts_the_bytes_of_the_file_and_not_what_is_packed_in_it() -> None:
    packed = gzip.compress(b"one line of many\n" * 100_000)
    taken: list[int] = []
    for _line in read_lines(io.BufferedReader(io.BytesIO(packed)), "access.log", taken.append):
        pass
    assert sum(taken) == len(packed)


def test_a_line_has_the_same_id_in_every_import() -> None:
    assert LineIds("shop").next(b"line", 0) == LineIds("shop").next(b"line", 0)
    assert len(LineIds("shop").next(b"line", 0)) == 32


def test_identical_lines_of_one_file_have_ids_of_their_own_which_a_rotated_copy_repeats() -> None:
    first, copy = LineIds("shop"), LineIds("shop")
    ids = [first.next(b"line", 0) for _ in range(3)]
    assert len(set(ids)) == 3
    assert [copy.next(b"line", 0) for _ in range(2)] == ids[:2]


def test_another_site_has_other_ids() -> None:
    assert LineIds("shop").next(b"line", 0) != LineIds("blog").next(b"line", 0)


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", b"a\0"]), st.integers(0, 50 * 60)), max_size=60))
def test_no_two_lines_of_a_file_share_an_id(lines: list[tuple[bytes, int]]) -> None:
    ids = LineIds("shop")
    made = [ids.next(b"%d %s" % (second, line), second * 1000) for line, second in lines]
    assert len(set(made)) == len(made)


def test_ids_remember_no_more_than_the_last_hour() -> None:
    ids = LineIds("shop")
    for minute in range(10_000):
        ids.next(b"line %d" % minute, minute * 60_000)
    assert len(ids._seen) <= 62


@dataclass(frozen=True)
class At:
    time: int


@given(st.lists(st.integers(0, 10 * HOUR_MS).map(At)))
def test_nothing_is_lost_or_made_by_ordering(events: list[At]) -> None:
    assert sorted(in_order(events), key=lambda event: event.time) == sorted(events, key=lambda event: event.time)


@given(st.lists(st.integers(0, HOUR_MS), max_size=100))
def test_what_is_less_than_an_hour_late_comes_out_in_order(delays: list[int]) -> None:
    written = sorted(enumerate(delays), key=lambda pair: pair[0] * 1000 + pair[1])
    events = [At(number * 1000) for number, _delay in written]
    assert list(in_order(events)) == sorted(events, key=lambda event: event.time)


def test_events_of_the_same_time_stay_in_the_order_of_the_file() -> None:
    events = [At(1), At(1), At(1)]
    assert [id(event) for event in in_order(events)] == [id(event) for event in events]


def test_ordering_holds_no_more_than_it_may() -> None:
    pulled = 0

    def source() -> Iterator[At]:
        nonlocal pulled
        for _ in range(1_000):
            pulled += 1
            yield At(5)

    assert next(in_order(source(), max_held=10)) == At(5)
    assert pulled == 11


def test_pages_become_events_and_everything_else_is_counted() -> None:
    tally = Tally()
    lines = [LINE % (1, b"a?b=1"), LINE % (2, b"logo.png"), b"garbage", LINE % (3, b"c")]
    first, second = events_of(lines, LineIds("shop"), "https://example.com", tally)
    assert first.url == "https://example.com/a?b=1"
    assert (first.ip, first.user_agent, first.referrer) == ("81.2.69.142", "Firefox", "")
    assert second.time - first.time == 2_000
    assert tally.lines == 4
    assert tally.skipped == {Skipped.ASSET: 1, Skipped.MALFORMED: 1}


def test_a_whole_url_in_the_request_keeps_its_path_and_query() -> None:
    lines = [LINE.replace(b"/%s", b"%s") % (1, b"http://other.example/a?b=1")]
    (event,) = events_of(lines, LineIds("shop"), "https://example.com", Tally())
    assert event.url == "https://example.com/a?b=1"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://example.com", "https://example.com"),
        ("http://Example.com:8080/blog/", "http://example.com:8080"),
        ("http://[::1]/", "http://[::1]"),
    ],
)
def test_the_origin_of_a_site_is_scheme_and_host(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("url", ["", "example.com", "ftp://example.com", "http://", "http://[", "http://a:b/"])
def test_what_is_no_url_of_a_site_is_said(url: str) -> None:
    with pytest.raises(CliError, match="--url"):
        origin_of(url)


@given(st.lists(st.integers()), st.integers(1, 10))
def test_batches_hold_every_item_in_order(items: list[int], size: int) -> None:
    made = list(batches(items, size))
    assert [item for batch in made for item in batch] == items
    assert all(len(batch) == size for batch in made[:-1])
