"""The same bytes, sent with and without ``plain_http`` in front of aiohttp: the same response, the same beacon."""

import gzip
import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.config import RateLimitSettings, Settings
from services.collector.app import IDENTIFIER, REGISTRY, create_app
from tests.integration.collector.conftest import ReadBeacons, StartCollector
from tests.integration.collector.test_plain_http import LIVE, beacon, chunked, connected, post

BODY = beacon()
LENGTH = f"Content-Length: {len(BODY)}"
FIRST_LINE = "POST /collect HTTP/1.1"
VISITOR = re.compile("(?<=_uv=)[0-9a-f]{32}")
Response = tuple[int, dict[str, str], bytes]


def raw(*lines: str, body: bytes = BODY) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


HEADERS: list[tuple[str, ...]] = [
    (LENGTH,),
    ("Host:", LENGTH),
    ("Host: x", "host: y", LENGTH),
    ("hOsT: x", f"cOnTeNt-LeNgTh: {len(BODY)}", "oRiGiN: https://a.example"),
    *(
        ("Host: x", LENGTH, *more)
        for more in (
            # Lengths
            (LENGTH,),
            ("Content-Length: 3",),
            ("Transfer-Encoding: chunked",),
            ("Transfer-Encoding: identity",),
            ("Transfer-Encoding : chunked",),
            ("Transfer-Encoding:", " chunked"),
            ("X:", "Transfer-Encoding: chunked"),
            # Characters
            ("X: a", " folded"),
            ("X: a\x00b",),
            ("X\x00: a",),
            ("X: a\x01b",),
            ("X: a\rb",),
            ("X: a\nTransfer-Encoding: chunked",),
            ("X Y: a",),
            (": a",),
            ("no colon",),
            ("\xe4: a",),
            ("User-Agent: \xff\xe4",),
            ("User-Agent:  a \t",),
            ("Cookie: \xff", "Sec-Fetch-Site: same-origin"),
            # Values with space after them
            ("Origin: https://a.example \t",),
            ("Sec-GPC: 1 ",),
            ("Sec-Fetch-Site: cross-site ",),
            (f"Cookie: _uv={'0' * 32} ", "Sec-Fetch-Site: same-origin "),
            ("X-Forwarded-For: 203.0.113.7 ", "X-Forwarded-For: 198.51.100.9\t"),
            # Origins
            ("Origin: null",),
            ("Origin:",),
            ("Origin: https://\xe4.example",),
            (f"Origin: https://{'a' * 400}.example",),
            ("X:", "Origin: https://a.example"),
            # Repeated
            *(
                (f"{name}: a", f"{name}: b")
                for name in ("User-Agent", "Content-Type", "ETag", "Server", "Max-Forwards")
            ),
            *((f"{name}: a", f"{name}: b") for name in ("Origin", "Cookie", "Referer", "X-Forwarded-For", "Accept")),
            # Connections
            ("Sec-WebSocket-Key1: a",),
            ("Connection: Upgrade", "Upgrade: h2c"),
            ("Connection: Upgrade",),
            ("Upgrade: websocket",),
            ("Connection: keep-alive, CLOSE",),
            ("Connection: keep-alive", "Connection: close"),
            ("Connection: closed",),
            ("Proxy-Connection: close",),
            ("Expect: something",),
            # Encodings
            ("Content-Encoding: identity",),
            ("Content-Encoding:",),
            ("Content-Encoding: gzip",),
            # Sizes
            tuple(f"X{number}: y" for number in range(126)),
            tuple(f"X{number}: y" for number in range(127)),
            (f"X: {'y' * 8_000}",),
            (f"X: {'y' * 8_189}",),
            (f"X: {'y' * 8_190}",),
        )
    ),
    *(
        ("Host: x", f"Content-Length:{value}")
        for value in (
            *("", " +48", " -48", " -1", " 0x30", " 4_8", " 4 8", " 48, 48", " \xb2", "\x0b48", " 000048", "48 \t"),
            *(f" {2**64 + len(BODY)}", " " + "9" * 30),
        )
    ),
]
FIRST_LINES = [
    *(f"POST {target} HTTP/1.1" for target in ("/collect?", "/collect?x", "/collect#x", "//collect", "/%63ollect")),
    *(
        f"POST {target} HTTP/1.1"
        for target in ("/COLLECT", "/collect/", "/x/../collect", "http://x/collect", "collect")
    ),
    *(
        f"POST {target} HTTP/1.1"
        for target in ("*", "x:80", "/coll\x00ect", "/coll\tect", "/collect\xff", "/collect\r")
    ),
    *(f"{method} /collect HTTP/1.1" for method in ("post", "PUT", "OPTIONS", "CONNECT", "FOO", "POST ", " POST")),
    *(f"POST /collect{version}" for version in (" HTTP/1.0", " HTTP/0.9", "", " HTTP/2.0", " HTTP/1.2", " HTTP/1.10")),
    *("PRI * HTTP/2.0", "POST /collect http/1.1", "POST /collect HTTP/1.1 ", "\r\nPOST /collect HTTP/1.1"),
]
BODIES = [
    *(b"", b"{}", b"\x00" * 10, b"[" * 900),
    *(b'{"site":"open","url":"https://\xff"}', b'{"site":"\\ud800","url":"https://o.example/"}'),
    *(beacon(site=site) for site in ("nowhere", "shop", "cookieless", "persistent", "strict", "deaf")),
    *(beacon(url="ftp://x"), beacon(url="https://[::"), beacon(kind="a\nb"), beacon(props={"a": 1e300})),
    *(beacon(x="y" * size) for size in (900, 1_000, 65_000, 66_000, 200_000)),
]
REQUESTS = {
    **{f"headers {headers!r:.80}": raw(FIRST_LINE, *headers) for headers in HEADERS},
    **{f"first line {line!r}": raw(line, "Host: x", LENGTH) for line in FIRST_LINES},
    **{f"body {body[:60]!r} {len(body)}": post(body, "DNT: 1") for body in BODIES},
    "chunked": post(chunked(BODY), "Transfer-Encoding: chunked"),
    "chunk extension": raw(FIRST_LINE, "Host: x", "Transfer-Encoding: chunked", body=b"2;a=b\r\n{}\r\n0\r\n\r\n"),
    "chunk of negative length": raw(FIRST_LINE, "Host: x", "Transfer-Encoding: chunked", body=b"-2\r\n{}\r\n0\r\n\r\n"),
    "chunks end at a bare line feed": raw(FIRST_LINE, "Host: x", "Transfer-Encoding: chunked", body=b"2\n{}\n0\n\n"),
    "neither length nor body": raw(FIRST_LINE, "Host: x", body=b""),
    "gzip": post(gzip.compress(BODY), "Content-Encoding: gzip"),
    "bare line feeds": "\n".join([FIRST_LINE, "Host: x", LENGTH, "", ""]).encode() + BODY,
    "bare line feed ends the head": raw(FIRST_LINE, "Host: x", LENGTH, body=b"")[:-2] + b"\n" + BODY + LIVE,
    "large body to nowhere": post(b"x" * 200_000, path="/nowhere"),
}


@pytest.fixture
def settings(stream_settings: Settings) -> Settings:
    own = stream_settings.collector.model_copy(
        update={"rate_limit": RateLimitSettings(enabled=False), "trusted_proxies": ["127.0.0.0/8"]}
    )
    return stream_settings.model_copy(update={"collector": own})


@pytest.fixture
async def collectors(start_collector: StartCollector, aiohttp_client, settings: Settings) -> list[TestClient]:
    """With ``plain_http``, and without."""
    with_plain_http = await start_collector(settings)
    without = await aiohttp_client(TestServer(create_app(settings)))
    await without.app[REGISTRY].refresh()
    await without.app[IDENTIFIER].refresh()
    return [with_plain_http, without]


async def responses(client: TestClient, request: bytes) -> list[Response]:
    """The responses to the request and to one after it, or to the first only, if the connection was closed."""
    found = []
    async with connected(client) as connection:
        assert await connection.status(post(b"no beacon")) == 400
        try:
            for data in (request, LIVE):
                connection.writer.write(data)
                found.append(await connection.answer())
        except (EOFError, ConnectionError):
            pass
    for _, headers, _ in found:
        del headers["date"]
        if "set-cookie" in headers:
            headers["set-cookie"] = VISITOR.sub("", headers["set-cookie"])
    return found


async def test_responses_and_beacons_are_those_of_aiohttp(collectors: list[TestClient], read_beacons: ReadBeacons):
    known: set[bytes] = set()

    async def outcome(collector: TestClient, request: bytes) -> tuple[list[Response], list[tuple[str | bytes, ...]]]:
        sent_back = await responses(collector, request)
        stored = [found for found in await read_beacons() if found.id not in known]
        known.update(found.id for found in stored)
        is_new_visitor = any("set-cookie" in headers for _, headers, _ in sent_back)
        return sent_back, [
            (b"" if is_new_visitor else found.visitor_id, found.network, found.user_agent, found.host, found.path)
            for found in stored
        ]

    with_plain_http, without = collectors
    different = {}
    for name, request in REQUESTS.items():
        outcomes = await outcome(with_plain_http, request), await outcome(without, request)
        if outcomes[0] != outcomes[1]:
            different[name] = outcomes
    assert different == {}
