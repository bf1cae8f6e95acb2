"""The steps of a log import, from the bytes of a file to sorted page views."""

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.errors import CliError
from services.cli.import_log.events import LineCounts, events_of, origin_of
from services.cli.import_log.ids import LineIds
from services.cli.import_log.log_files import MAX_LINE_BYTES, read_lines
from services.cli.import_log.order import sorted_by_time
from services.cli.import_log.pages import SkipReason
from services.cli.import_log.run import batches

HOUR_MS = 3_600_000
LINE = b'81.2.69.142 - - [17/May/2015:10:05:%02d +0000] "GET /%s HTTP/1.1" 200 1 "-" "Firefox"'


def lines_of(data: bytes) -> list[bytes]:
    return list(read_lines(io.BufferedReader(io.BytesIO(data)), "access.log", lambda _count: None))


@given(st.lists(st.binary(max_size=50).filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))))
def test_lines_do_not_depend_on_compression_and_line_ends(lines: list[bytes]) -> None:
    for end in (b"\n", b"\r\n"):
        data = b"".join(line + end for line in lines)
        if not data.startswith(b"\x1f\x8b"):
            assert lines_of(data) == lines
        assert lines_of(gzip.compress(data)) == lines


def test_last_line_without_line_end_counts() -> None:
    assert lines_of(b"one\ntwo") == [b"one", b"two"]


def test_concatenated_gzip_files_are_read_completely() -> None:
    assert lines_of(gzip.compress(b"one\n") + gzip.compress(b"two\n")) == [b"one", b"two"]


def test_too_long_line_is_dropped_but_not_the_next_one() -> None:
    long = b"x" * (MAX_LINE_BYTES * 9)
    assert lines_of(b"one\n" + long + b"\ntwo\n" + long) == [b"one", b"", b"two", b""]
    assert lines_of(gzip.compress(b"one\n" + long + b"\ntwo\n")) == [b"one", b"", b"two"]


def test_truncated_or_damaged_gzip_file_is_reported_in_one_line() -> None:
    compressed = gzip.compress(b"one line of many\n" * 1000)
    with pytest.raises(CliError, match=r"access\.log: the compressed file is truncated"):
        lines_of(compressed[:-10])
    with pytest.raises(CliError, match=r"access\.log: the compressed file is damaged"):
        lines_of(compressed[:30] + b"garbage" * 10)


def test_progress_counts_compressed_bytes() -> None:
    compressed = gzip.compress(b"one line of many\n" * 100_000)
    taken: list[int] = []
    for _line in read_lines(io.BufferedReader(io.BytesIO(compressed)), "access.log", taken.append):
        pass
    assert sum(taken) == len(compressed)


def test_line_has_same_id_in_every_import() -> None:
    assert LineIds("shop").next(b"line", 0) == LineIds("shop").next(b"line", 0)
    assert len(LineIds("shop").next(b"line", 0)) == 32


def test_identical_lines_have_different_ids_that_a_rotated_copy_repeats() -> None:
    first, copy = LineIds("shop"), LineIds("shop")
    ids = [first.next(b"line", 0) for _ in range(3)]
    assert len(set(ids)) == 3
    assert [copy.next(b"line", 0) for _ in range(2)] == ids[:2]


def test_ids_differ_between_sites() -> None:
    assert LineIds("shop").next(b"line", 0) != LineIds("blog").next(b"line", 0)


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", b"a\0"]), st.integers(0, 50 * 60)), max_size=60))
def test_ids_in_a_file_are_unique(lines: list[tuple[bytes, int]]) -> None:
    ids = LineIds("shop")
    made = [ids.next(b"%d %s" % (second, line), second * 1000) for line, second in lines]
    assert len(set(made)) == len(made)


def test_only_lines_of_last_hour_are_remembered() -> None:
    ids = LineIds("shop")
    for minute in range(10_000):
        ids.next(b"line %d" % minute, minute * 60_000)
    assert len(ids._seen) <= 62


@dataclass(frozen=True)
class TimedItem:
    time: int


@given(st.lists(st.integers(0, 10 * HOUR_MS).map(TimedItem)))
def test_sorting_keeps_every_event(events: list[TimedItem]) -> None:
    assert sorted(sorted_by_time(events), key=lambda event: event.time) == sorted(events, key=lambda event: event.time)


@given(st.lists(st.integers(0, HOUR_MS), max_size=100))
def test_events_less_than_an_hour_late_are_sorted(delays: list[int]) -> None:
    written = sorted(enumerate(delays), key=lambda pair: pair[0] * 1000 + pair[1])
    events = [TimedItem(number * 1000) for number, _delay in written]
    assert list(sorted_by_time(events)) == sorted(events, key=lambda event: event.time)


def test_events_of_same_time_keep_order_of_file() -> None:
    events = [TimedItem(1), TimedItem(1), TimedItem(1)]
    assert [id(event) for event in sorted_by_time(events)] == [id(event) for event in events]


def test_sorting_buffers_limited_number_of_events() -> None:
    pulled = 0

    def source() -> Iterator[TimedItem]:
        nonlocal pulled
        for _ in range(1_000):
            pulled += 1
            yield TimedItem(5)

    assert next(sorted_by_time(source(), max_buffered=10)) == TimedItem(5)
    assert pulled == 11


def test_pages_become_events_and_other_lines_are_counted() -> None:
    counts = LineCounts()
    lines = [LINE % (1, b"a?b=1"), LINE % (2, b"logo.png"), b"garbage", LINE % (3, b"c")]
    first, second = events_of(lines, LineIds("shop"), "https://example.com", counts)
    assert first.url == "https://example.com/a?b=1"
    assert (first.ip, first.user_agent, first.referrer) == ("81.2.69.142", "Firefox", "")
    assert second.time - first.time == 2_000
    assert counts.lines == 4
    assert counts.skipped == {SkipReason.ASSET: 1, SkipReason.MALFORMED: 1}


def test_whole_url_in_request_keeps_path_and_query() -> None:
    lines = [LINE.replace(b"/%s", b"%s") % (1, b"http://other.example/a?b=1")]
    (event,) = events_of(lines, LineIds("shop"), "https://example.com", LineCounts())
    assert event.url == "https://example.com/a?b=1"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://example.com", "https://example.com"),
        ("http://Example.com:8080/blog/", "http://example.com:8080"),
        ("http://[::1]/", "http://[::1]"),
    ],
)
def test_origin_of_site_is_scheme_and_host(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("url", ["", "example.com", "ftp://example.com", "http://", "http://[", "http://a:b/"])
def test_invalid_site_url_is_reported(url: str) -> None:
    with pytest.raises(CliError, match="--url"):
        origin_of(url)


@given(st.lists(st.integers()), st.integers(1, 10))
def test_batches_contain_every_item_in_order(items: list[int], size: int) -> None:
    made = list(batches(items, size))
    assert [item for batch in made for item in batch] == items
    assert all(len(batch) == size for batch in made[:-1])
