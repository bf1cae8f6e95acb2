"""Parsing of access log lines."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.import_log.parser import LogLine, parse_line

AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
COMBINED = (
    b'81.2.69.142 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 2326 "https://example.org/" "'
    + AGENT.encode()
    + b'"'
)
MOMENT = int(datetime(2015, 5, 17, 10, 5, 3, tzinfo=UTC).timestamp() * 1000)


def test_combined_line_has_all_fields() -> None:
    assert parse_line(COMBINED) == LogLine("81.2.69.142", MOMENT, "GET", "/a?b=c", 200, "https://example.org/", AGENT)


def test_common_line_has_no_referrer_and_user_agent() -> None:
    parsed = parse_line(b'::1 - frank [17/May/2015:12:05:03 +0200] "GET / HTTP/1.0" 304 -')
    assert parsed == LogLine("::1", MOMENT, "GET", "/", 304, "", "")


def test_hyphen_is_an_empty_field() -> None:
    parsed = parse_line(b'10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/2.0" 200 0 "-" "-"')
    assert parsed is not None
    assert (parsed.referrer, parsed.user_agent) == ("", "")


def test_additional_fields_are_ignored() -> None:
    for extra in (b' "10.1.1.1"', b" 0.003 0.002 .", b' rt=0.1 "a b" uct="-"'):
        assert parse_line(COMBINED + extra) == parse_line(COMBINED)


def test_quotes_and_backslashes_are_unescaped() -> None:
    line = rb'1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /\"q\" HTTP/1.1" 200 1 "-" "a \"b\" c\\"'
    parsed = parse_line(line)
    assert parsed is not None
    assert parsed.target == '/"q"'
    assert parsed.user_agent == 'a "b" c\\'


def test_escaped_bytes_are_utf8() -> None:
    line = rb'1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /\xE2\x82\xac HTTP/1.1" 200 1 "-" "bad \xFF"'
    parsed = parse_line(line)
    assert parsed is not None
    assert parsed.target == "/€"
    assert parsed.user_agent == "bad \N{REPLACEMENT CHARACTER}"


def test_user_name_can_contain_spaces() -> None:
    parsed = parse_line(b'1.2.3.4 - jane doe [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1')
    assert parsed is not None
    assert parsed.time == MOMENT


@pytest.mark.parametrize(
    "request_line", [b"-", b"", rb"\x16\x03\x01\x02\x00", b"GET", b"GET /", b"hello there friend", b"GET  HTTP/1.1"]
)
def test_request_that_is_not_http_has_no_method(request_line: bytes) -> None:
    parsed = parse_line(b'1.2.3.4 - - [17/May/2015:10:05:03 +0000] "' + request_line + b'" 400 0 "-" "-"')
    assert parsed is not None
    assert parsed.method == ""


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        COMBINED[:-1],
        COMBINED[:60],
        COMBINED.replace(b"17/May", b"31/Feb"),
        COMBINED.replace(b"May", b"Mai"),
        COMBINED.replace(b"10:05", b"25:05"),
        COMBINED.replace(b" 200 ", b" 20x "),
        COMBINED.replace(b" 200 ", b" 2000 "),
        b'[17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1',
    ],
)
def test_other_line_is_not_parsed(line: bytes) -> None:
    assert parse_line(line) is None


@given(st.binary(max_size=300))
def test_garbage_never_raises(line: bytes) -> None:
    parse_line(line)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_garbage_inside_the_quotes_never_raises(referrer: bytes, agent: bytes) -> None:
    parse_line(COMBINED[:83] + referrer + b'" "' + agent + b'"')


@given(st.text(max_size=100), st.text(max_size=100))
def test_escaped_text_is_restored(referrer: str, agent: str) -> None:
    line = b'1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "%s" "%s"' % (
        escaped(referrer),
        escaped(agent),
    )
    parsed = parse_line(line)
    assert parsed is not None
    assert parsed.referrer == ("" if referrer == "-" else referrer)
    assert parsed.user_agent == ("" if agent == "-" else agent)


@given(st.integers(0, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_times_in_any_time_zone_are_exact(seconds: int, offset: int) -> None:
    aware = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=offset)))
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    text = f"{aware:%d}/{months[aware.month - 1]}/{aware:%Y:%H:%M:%S %z}"
    parsed = parse_line(b'1.2.3.4 - - [%s] "GET / HTTP/1.1" 200 1' % text.encode())
    assert parsed is not None
    assert parsed.time == seconds * 1000


@pytest.mark.parametrize(
    "line",
    [
        b"1.2.3.4 - - " + b"[17/May/2015:10:05:03 +0000] " * 2_000,
        b"1.2.3.4 " + b"[" * 65_000,
        COMBINED[:-1] + b'\\"' * 30_000,
        COMBINED[:-1] + b"\\" * 65_001,
        b'1.2.3.4 - - [17/May/2015:10:05:03 +0000] "' + b'GET " ' * 10_000,
        b" " * 65_000,
    ],
)
def test_no_line_takes_long(line: bytes) -> None:
    began = time.thread_time()
    parse_line(line)
    assert time.thread_time() - began < 0.5


def escaped(text: str) -> bytes:
    """Escape a field as nginx does: quotes, backslashes, control characters and non-ASCII bytes as \\xHH."""
    return b"".join(
        bytes([byte]) if 32 <= byte < 127 and byte not in b'"\\' else b"\\x%02X" % byte
        for byte in text.encode("utf-8", "surrogatepass")
    )
