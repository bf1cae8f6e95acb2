"""One connection with any kinds of requests: plain beacons bypass aiohttp, and all are answered in order."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count, pairwise
from random import Random

import pytest
from aiohttp.test_utils import TestClient

from common.config import RateLimitSettings, Settings
from services.collector.app import INTAKE, create_app
from services.collector.plain_http import _Head
from services.collector.responses import AcceptedResponses
from tests.integration.collector.conftest import CollectorServer, ReadBeacons, StartCollector
from tests.support.waiting import DEADLINE_SECONDS, until

Answer = tuple[int, dict[str, str], bytes]
LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


def beacon(path: str = "/", **more: object) -> bytes:
    return json.dumps({"site": "open", "url": f"https://open.example{path}"} | more).encode()


def post(body: bytes, *headers: str, path: str = "/collect", version: str = "1.1") -> bytes:
    lines = [f"POST {path} HTTP/{version}", "Host: x", *headers]
    if not any("chunked" in header for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        """Each piece in a packet of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await asyncio.sleep(0.01)

    async def answer(self) -> Answer:
        head = (await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), DEADLINE_SECONDS)).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        return int(first.split()[1]), headers, await self._reader.readexactly(int(headers.get("content-length", 0)))

    async def status(self, *pieces: bytes) -> int:
        await self.send(*pieces)
        return (await self.answer())[0]

    async def is_closed(self) -> bool:
        return await asyncio.wait_for(self._reader.read(), DEADLINE_SECONDS) == b""


@asynccontextmanager
async def connected(client: TestClient) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)
    yield Connection(reader, writer)
    writer.close()


class Commits:
    """Replaces the intake: accepts beacons, and commits them when the test decides."""

    def __init__(self, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waiting: list[asyncio.Future[None]] = []
        monkeypatch.setattr(client.app[INTAKE], "accept", self._accept)

    async def answer(self, number: int) -> None:
        """Commit the ``number``-th beacon, from 0 on, once it is accepted."""
        await until(lambda: len(self.waiting) > number)
        self.waiting[number].set_result(None)

    def _accept(self, _payload, _client):
        self.waiting.append(asyncio.get_running_loop().create_future())
        return self.waiting[-1], None


async def test_plain_beacon_does_not_reach_aiohttp(collector, read_beacons: ReadBeacons, monkeypatch):
    handled = []
    monkeypatch.setattr(collector.server.runner.server.aiohttp_server, "request_handler", handled.append)
    async with connected(collector) as connection:
        assert await connection.status(post(beacon("/1"))) == 202
        assert await connection.status(post(beacon("/2"))) == 202

    assert [found.path for found in await read_beacons()] == ["/1", "/2"]
    assert handled == []


@pytest.mark.parametrize("path", ["/collect", "/track", "/click"])
async def test_disconnect_during_a_request_is_not_logged_as_an_error(collector, caplog, path):
    collector.server.runner.server.aiohttp_server.handler_cancellation = False  # as outside of tests
    whole = post(beacon("/gone", language="x" * 2_000), path=path)
    async with connected(collector) as connection:
        await connection.send(whole[: len(whole) // 2])
        connection.writer.transport.abort()
    async with connected(collector) as connection:
        assert await connection.status(post(beacon("/here"))) == 202
    await asyncio.sleep(0.1)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_every_kind_of_request_may_follow_every_other_on_one_connection(collector, read_beacons: ReadBeacons):
    kinds = [
        (post(beacon("/plain")), 202),
        (post(b"no beacon"), 400),
        (post(b""), 400),
        (LIVE, 200),
        (post(beacon("/long", language="x" * 2_000)), 202),
        (post(beacon("/too-long", language="x" * 70_000)), 413),
        (post(chunked(beacon("/chunked")), "Transfer-Encoding: chunked"), 202),
        (post(gzip.compress(beacon("/packed")), "Content-Encoding: gzip"), 202),
        (post(beacon("/query"), path="/collect?x=1"), 202),
        (b"OPTIONS /collect HTTP/1.1\r\nHost: x\r\n\r\n", 204),
        (post(beacon(), path="/nowhere"), 404),
    ]
    async with connected(collector) as connection:
        for request, status in kinds:
            for other, its_status in kinds:
                assert (await connection.status(request), await connection.status(other)) == (status, its_status)

    taken = {found.path for found in await read_beacons()}
    assert taken == {"/plain", "/long", "/chunked", "/packed", "/query"}


async def test_request_in_two_packets_is_accepted_wherever_it_is_cut(collector, read_beacons: ReadBeacons):
    request = post(beacon())
    async with connected(collector) as connection:
        for end in range(1, len(request)):
            assert await connection.status(request[:end], request[end:]) == 202

    assert len(await read_beacons()) == len(request) - 1


async def test_pipelined_requests_are_answered_in_order(collector, read_beacons: ReadBeacons):
    several = [(post(beacon("/1")), 202), (LIVE, 200), (post(b"no beacon"), 400), (post(beacon("/2")), 202)] * 20
    async with connected(collector) as connection:
        await connection.send(b"".join(request for request, _ in several))
        assert [(await connection.answer())[0] for _ in several] == [status for _, status in several]

    assert len(await read_beacons()) == 40


@pytest.mark.parametrize("following", [[post(beacon())], [post(beacon()), post(b"no beacon"), post(beacon())]])
async def test_requests_during_a_commit_are_answered_after_it(collector, monkeypatch, following: list[bytes]):
    commits = Commits(collector, monkeypatch)
    async with connected(collector) as connection:
        await connection.send(post(beacon()), *following)
        await until(lambda: commits.waiting)
        assert len(commits.waiting) == 1
        await commits.answer(0)
        assert (await connection.answer())[0] == 202
        taken = count(1)
        for request in following:
            if b"no beacon" not in request:
                await commits.answer(next(taken))
            assert (await connection.answer())[0] == (400 if b"no beacon" in request else 202)


async def test_expect_100_continue_is_answered(collector):
    head, _, body = post(beacon(), "Expect: 100-continue").partition(b"{")
    async with connected(collector) as connection:
        assert await connection.status(head) == 100
        assert await connection.status(b"{" + body) == 202


@pytest.mark.parametrize("request_", [post(beacon(), "Connection: close"), post(beacon(), version="1.0")])
async def test_connection_is_closed_when_the_client_asks_for_it(collector, request_: bytes):
    async with connected(collector) as connection:
        assert await connection.status(request_) == 202
        assert await connection.is_closed()


@pytest.mark.parametrize("body", [beacon(), b"no beacon"])
@pytest.mark.parametrize("headers", [(), ("Origin: https://a.example",), ("Sec-Fetch-Site: same-site",)])
async def test_plain_http_and_aiohttp_give_the_same_response(collector, body: bytes, headers: tuple[str, ...]):
    headers = (*headers, f"Cookie: a=b; _uv={'0' * 32}; c=d") if "same" in str(headers) else headers
    async with connected(collector) as connection:
        await connection.send(post(body, *headers))
        fast = await connection.answer()
        await connection.send(post(body, *headers, path="/collect?"))
        slow = await connection.answer()

    assert (fast[0], fast[2]) == (slow[0], slow[2])
    assert fast[1] | {"date": ""} == slow[1] | {"date": ""}


@pytest.mark.parametrize("was_at_aiohttp", [False, True])
async def test_waiting_requests_are_answered_at_shutdown(collector, monkeypatch, was_at_aiohttp: bool):
    commits = Commits(collector, monkeypatch)
    async with connected(collector) as connection:
        if was_at_aiohttp:
            assert await connection.status(LIVE) == 200
        await connection.send(post(beacon()))
        await until(lambda: commits.waiting)
        ending = asyncio.create_task(collector.server.close())
        await asyncio.sleep(0.1)
        assert not ending.done()
        await commits.answer(0)

        assert (await connection.answer())[0] == 202
        assert await connection.is_closed()
        await ending


async def test_beacon_of_a_disconnected_client_is_stored(collector, monkeypatch):
    commits = Commits(collector, monkeypatch)
    async with connected(collector) as connection:
        await connection.send(post(beacon()))
        await until(lambda: commits.waiting)
    await asyncio.sleep(0.05)
    await commits.answer(0)

    async with connected(collector) as another:
        await another.send(post(beacon()))
        await commits.answer(1)
        assert (await another.answer())[0] == 202


async def test_internal_error_is_500_and_logged_and_others_are_served(collector, monkeypatch, caplog):
    with monkeypatch.context() as patch:
        patch.setattr(collector.app[INTAKE], "accept", None)
        async with connected(collector) as connection:
            assert await connection.status(post(beacon())) == 500
            assert await connection.is_closed()
    async with connected(collector) as connection:
        assert await connection.status(post(beacon())) == 202

    assert "Error handling request" in caplog.text


async def test_unexpected_error_of_a_commit_is_500(collector, monkeypatch, caplog):
    commits = Commits(collector, monkeypatch)
    async with connected(collector) as connection:
        await connection.send(post(beacon()))
        await until(lambda: commits.waiting)
        commits.waiting[0].set_exception(TypeError("a bug"))
        assert (await connection.answer())[0] == 500
        assert await connection.is_closed()

    assert "Error handling request" in caplog.text


async def test_waiting_beacon_is_answered_after_the_keepalive_timeout(stream_settings, aiohttp_client, monkeypatch):
    client = await aiohttp_client(CollectorServer(create_app(stream_settings), keepalive_timeout=3))
    commits = Commits(client, monkeypatch)
    async with connected(client) as connection:
        await asyncio.sleep(1.5)
        await connection.send(post(beacon()))
        await asyncio.sleep(1.8)
        await commits.answer(0)

        assert (await connection.answer())[0] == 202
        assert await connection.is_closed()


@pytest.fixture
async def unlimited(start_collector: StartCollector, stream_settings: Settings) -> TestClient:
    own = stream_settings.collector.model_copy(update={"rate_limit": RateLimitSettings(enabled=False)})
    return await start_collector(stream_settings.model_copy(update={"collector": own}))


async def test_connection_returns_from_aiohttp_after_a_request_of_known_length(collector, monkeypatch):
    handled: list[str] = []
    server = collector.server.runner.server.aiohttp_server
    handle = server.request_handler

    async def record(request):
        handled.append(request.path)
        return await handle(request)

    monkeypatch.setattr(server, "request_handler", record)
    async with connected(collector) as connection:
        for _ in range(3):
            assert await connection.status(post(beacon())) == 202
            assert await connection.status(LIVE) == 200
            assert await connection.status(post(b"{}", path="/nowhere")) == 404
            assert await connection.status(post(beacon(language="x" * 2_000))) == 202
            assert await connection.status(post(beacon())) == 202

    assert handled == ["/health/live", "/nowhere", "/collect"] * 3


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"POST /collect HTTP/1.1\nHost: x\n\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        post(b"{}", "Content-Length: 3"),
        post(b"{}", "Transfer-Encoding: gzip"),
        post(b"{}", "no colon"),
        post(b"{}", "X: " + "x" * 9_000),
        post(b"{}").replace(b"Content-Length: 2", b"Content-Length: two"),
    ],
)
async def test_malformed_request_is_400_and_ends_the_connection(collector, request_: bytes):
    async with connected(collector) as connection:
        assert await connection.status(request_) == 400
        assert await connection.is_closed()


async def test_many_requests_before_the_first_response_are_answered_in_order(unlimited, read_beacons: ReadBeacons):
    count = 1_000
    async with connected(unlimited) as connection:
        await connection.send(b"".join(post(beacon(f"/{number:04}")) for number in range(count)) + LIVE)
        assert [(await connection.answer())[0] for _ in range(count + 1)] == [202] * count + [200]

    assert [found.path for found in await read_beacons()] == [f"/{number:04}" for number in range(count)]


async def test_aiohttp_stays_paused_when_it_takes_over_a_full_buffer(unlimited, monkeypatch):
    commits = Commits(unlimited, monkeypatch)
    async with connected(unlimited) as connection:
        await connection.send(post(beacon()))
        await until(lambda: commits.waiting)
        [served] = unlimited.server.runner.server.connections
        connection.writer.write(post(beacon(), path="/collect?") * 1_000)
        await until(lambda: not served._transport.is_reading())
        await commits.answer(0)
        await until(lambda: len(commits.waiting) == 2)
        await asyncio.sleep(0.1)

        assert served._is_handed_over
        assert not served._transport.is_reading()
        for number in range(1, 1_001):
            await commits.answer(number)
        assert [(await connection.answer())[0] for _ in range(1_001)] == [202] * 1_001


async def test_head_is_parsed_twice_at_most_however_small_the_pieces_of_the_body_are(collector, monkeypatch):
    parsed: list[bytes] = []
    parse = _Head.parse

    def record(head: _Head, data: bytes) -> bool:
        parsed.append(data)
        return parse(head, data)

    monkeypatch.setattr(_Head, "parse", record)
    head, _, body = post(beacon()).partition(b"{")
    async with connected(collector) as connection:
        assert await connection.status(head, *(bytes([byte]) for byte in b"{" + body)) == 202
        assert parsed == [head] * 2
        assert await connection.status(post(beacon())) == 202


async def test_client_that_reads_no_responses_is_not_read_from_forever(unlimited):
    async with connected(unlimited) as connection:
        for _ in range(10_000):
            connection.writer.write(post(beacon()))
        await asyncio.sleep(0.5)
        [served] = unlimited.server.runner.server.connections
        assert len(served._buffer) < 1 << 20


@pytest.mark.parametrize("seed", range(5))
async def test_requests_cut_anywhere_are_answered_as_without_plain_http(collector, seed: int):
    random = Random(seed)
    kinds = [
        (post(beacon()), 202),
        (post(b"no beacon"), 400),
        (LIVE, 200),
        (post(beacon(language="x" * 2_000)), 202),
        (post(chunked(beacon()), "Transfer-Encoding: chunked"), 202),
        (post(gzip.compress(beacon()), "Content-Encoding: gzip"), 202),
        (b"OPTIONS /collect HTTP/1.1\r\nHost: x\r\n\r\n", 204),
        (post(beacon(), path="/nowhere"), 404),
    ]
    async with connected(collector) as connection:
        for _ in range(30):
            several = random.choices(kinds, k=random.choice([1, 1, 1, 2, 5]))
            data = b"".join(request for request, _ in several)
            cuts = sorted(random.sample(range(1, len(data)), random.choice([0, 1, 2])))
            await connection.send(*(data[begin:end] for begin, end in pairwise([0, *cuts, len(data)])))
            assert [(await connection.answer())[0] for _ in several] == [status for _, status in several]


async def test_idle_connection_is_closed_after_the_keepalive_timeout(stream_settings, aiohttp_client, monkeypatch):
    client = await aiohttp_client(CollectorServer(create_app(stream_settings), keepalive_timeout=0.5))
    commits = Commits(client, monkeypatch)
    async with connected(client) as connection:
        await connection.send(post(beacon()))
        await commits.answer(0)
        assert (await connection.answer())[0] == 202
        assert await connection.is_closed()


def test_number_of_kept_responses_is_limited_however_many_origins_there_are():
    accepted = AcceptedResponses()
    for number in range(3_000):
        assert f"https://{number}.example" in accepted(f"https://{number}.example").decode()
    assert len(accepted._by_origin) <= 1_000
