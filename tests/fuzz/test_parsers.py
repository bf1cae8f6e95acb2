"""Fuzz tests of all parsers of untrusted input: any input is parsed or rejected, and quickly.

By default each parser gets a few hundred inputs; `pytest tests/fuzz --examples 100000` is a long run.
"""

import contextlib
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from common.beacon import VERSION, Beacon, Kind, encode_beacon
from common.client import ClientAddress
from common.config import ProxySettings
from common.logs import redact
from common.network import anonymize, canonical
from common.streams.packing import pack, unpack
from common.text import clean_text, escape_formula
from common.urls import parse_page_url, parse_referrer
from services.api.accounts.signatures.legacy import check_legacy, read_legacy
from services.api.accounts.signatures.models import InvalidSignatureError
from services.api.accounts.signatures.rfc9421 import SignedRequest, check_rfc9421
from services.api.export_import.jsonl import JsonLinesReader
from services.api.export_import.models import NotAnExportError, WrongRowError
from services.api.http.errors import ApiError
from services.api.reports.filters import parse_filter
from services.api.reports.params import parse_sort
from services.api.sites.origins import parse_origin
from services.api.visitors.cursors import read_cursor
from services.cli.import_log.pages import skip_reason
from services.cli.import_log.parser import parse_line
from services.collector.payload import decode_payload
from services.collector.rejection_reasons import RejectedError
from services.collector.spool.records import decode_records
from services.worker.enrich import NullGeo, Pipeline

SECONDS = 1.0
"""Time limit for one input of at most 64 KB. Short inputs take microseconds."""
MOST = 64 * 1024

PIPELINE = Pipeline(NullGeo())
PROXIES = ClientAddress(ProxySettings(trusted_proxies=("0.0.0.0/0", "::/0")))

# Text that is difficult for regular expressions and parsers, alone and repeated.
PIECES = (
    *"/?#%&=:;,.-_ '\"\\|()[]{}<>@+*0aZ~\t\r\n\0",
    "://", "//", "%00", "%zz", "..", "&amp;", "é", "😀", "\ud800", "http://", "https://shop.example/", "xn--", "[::1]",
    "Mozilla/5.0 (", "compatible; ", "Version/", "bot", "Android ", "like Gecko) ", "+http", "Chrome/1.1.1.1 ",
    "page:is:", "property.", "contains", "sig1=(", '"@method"', ";created=", "keyid=", "127.0.0.1", "::ffff:",
    "utm_source=", "GET ", " HTTP/1.1", '" 200 1 "', "[01/Jan/2026:00:00:00 +0000]", "\\x", "9" * 30, "-1",
    "1e999", "NaN", "eyJ", "eyJ-", "uvk_", "_uv=", "Bearer ",
)  # fmt: skip
short = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join)
repeated = st.builds(
    lambda before, piece, times, after: (before + piece * times + after)[:MOST],
    short, short, st.sampled_from([2, 50, 5_000]), short,
)  # fmt: skip
texts = st.text() | short | repeated


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def for_a_header(text: str) -> str:
    return re.sub(r"[\r\n\0\ud800-\udfff]", "", text)


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | short,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(short, inner, max_size=4),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        "site",
        "url",
        "kind",
        "referrer",
        "visitor",
        "width",
        "language",
        "name",
        "props",
        "engaged_ms",
        "scroll",
        "webdriver",
    ]
)
bodies = (
    st.binary(max_size=300)
    | texts.map(as_bytes)
    | st.dictionaries(fields, values | texts, max_size=8).map(lambda body: json.dumps(body).encode())
    | st.integers(1, 5_000).map(lambda depth: b'{"site":"a","url":"b","props":' + b"[" * depth)
)


def beacon(text: str) -> Beacon:
    return Beacon(
        version=VERSION, id=bytes(16), site_id=1, received_at=1_700_000_000_000, kind=Kind.PAGEVIEW,
        visitor_id=bytes(16), network=text, user_agent=text, host=text or "a", path=text, query=text, referrer=text,
        language=text, name=text,
    )  # fmt: skip


def damaged(data: bytes, place: int, byte: int) -> bytes:
    place %= len(data)
    return data[:place] + bytes([byte]) + data[place + 1 :]


entries = short.map(lambda text: pack([encode_beacon(beacon(clean_text(text, 200)))]))
packed = st.builds(damaged, entries, st.integers(0, 10_000), st.integers(0, 255))


def read_lines(data: bytes) -> None:
    reader = JsonLinesReader()
    for start in range(0, len(data), 1_000):
        reader.feed(data[start : start + 1_000])
    reader.end()


def read_log(line: bytes) -> None:
    if parsed := parse_line(line):
        skip_reason(parsed)


def read_signature(value: str) -> None:
    headers = CIMultiDictProxy(CIMultiDict({"Signature-Input": value, "Signature": value, "Content-Digest": value}))
    check_rfc9421(SignedRequest("GET", "http://127.0.0.1/api/v1/me?a=b", headers), b"", {}, 0)


def read_older_signature(value: str) -> None:
    headers = CIMultiDict(dict.fromkeys(("X-Public-Key", "X-Signature", "X-Timestamp", "X-Nonce"), value))
    check_legacy(read_legacy(CIMultiDictProxy(headers)), "shop", [], 0)


def read_forwarded(value: str) -> None:
    canonical(PROXIES.ip(make_mocked_request("GET", "/", headers={"X-Forwarded-For": value})))


def check_clean_text(text: str) -> None:
    assert len(clean_text(text, 100)) <= 100


header = json.dumps({"format": "pyuniqvisit", "version": 1}).encode() + b"\n"
files = st.builds(bytes.__add__, st.sampled_from([b"", header]), bodies)

Parser = Callable[[Any], Any]
PARSERS: dict[str, tuple[Parser, st.SearchStrategy[Any], tuple[type[Exception], ...]]] = {
    "beacons of a stream": (unpack, st.binary(max_size=300) | bodies | packed, ()),
    "records of a spool": (lambda data: list(decode_records(data)), st.binary(max_size=300) | bodies, (ValueError,)),
    "body of a beacon": (decode_payload, bodies, (RejectedError,)),
    "address of a page": (parse_page_url, texts, (ValueError,)),
    "address below a page": (lambda text: parse_page_url("https://shop.example/" + text), texts, (ValueError,)),
    "referrer": (parse_referrer, texts, ()),
    "text": (check_clean_text, texts, ()),
    "user agent, language, query and all else of a beacon": (lambda text: PIPELINE.enrich(beacon(text)), texts, ()),
    "address of a client": (anonymize, texts, (ValueError,)),
    "X-Forwarded-For": (read_forwarded, texts.map(for_a_header), (ValueError,)),
    "line of a log": (read_log, bodies | texts.map(as_bytes), ()),
    "filter": (parse_filter, texts, (ValueError,)),
    "sort order": (parse_sort, texts, (ValueError,)),
    "cursor": (read_cursor, texts, (ApiError,)),
    "line of our log": (lambda text: redact(None, "info", {"event": text}), texts, ()),
    "cell of a table": (escape_formula, texts, ()),
    "origin of a site": (parse_origin, texts, (ValueError,)),
    "signature": (read_signature, texts, (InvalidSignatureError,)),
    "older signature": (read_older_signature, texts, (InvalidSignatureError,)),
    "file of an import": (read_lines, files, (NotAnExportError, WrongRowError)),
}
BYTE_PARSERS = {"beacons of a stream", "records of a spool", "body of a beacon", "line of a log", "file of an import"}


@pytest.mark.parametrize("what", PARSERS)
def test_any_input_is_parsed_or_rejected_quickly(what: str) -> None:
    parse, inputs, rejections = PARSERS[what]

    @given(inputs)
    def check(given_: Any) -> None:
        began = time.thread_time()
        with contextlib.suppress(*rejections):
            parse(given_)
        assert time.thread_time() - began < SECONDS

    check()


@pytest.mark.parametrize("what", PARSERS)
def test_repeated_input_is_parsed_or_rejected_quickly(what: str) -> None:
    parse, _, rejections = PARSERS[what]
    for piece in PIECES:
        text = (piece * MOST)[:MOST]
        if what == "X-Forwarded-For":
            text = for_a_header(text)
        began = time.thread_time()
        with contextlib.suppress(*rejections):
            parse(as_bytes(text) if what in BYTE_PARSERS else text)
        assert time.thread_time() - began < SECONDS, piece
