"""The client of log imports, against a fake API."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.cli.errors import CliError
from services.cli.import_log.api_client import ImportApi, PasswordLogin
from services.cli.import_log.events import LineCounts
from services.cli.import_log.run import import_logs

LINE = '81.2.69.%d - - [17/May/2015:%02d:%02d:%02d +0000] "GET /page-%d HTTP/1.1" 200 1 "-" "Firefox"\n'


class FakeImportApi:
    """Records imported events; responds to the first ``busy`` requests with 503."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.busy = 0
        self.tokens = 0
        self.expired: set[str] = set()

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.post("/api/v1/auth/token", self.log_in),
                web.get("/api/v1/sites/shop", self.site),
                web.post("/api/v1/sites/shop/events/import", self.take),
            ]
        )
        return app

    async def log_in(self, request: web.Request) -> web.Response:
        if (await request.json())["password"] != "right":
            return web.json_response({"title": "Unauthorized", "detail": "wrong username or password"}, status=401)
        self.tokens += 1
        return web.json_response({"access_token": f"token-{self.tokens}", "expires_in": 900})

    async def site(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer token-{self.tokens}"
        return web.json_response({"name": "shop", "url": "https://shop.example/start"})

    async def take(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"].removeprefix("Bearer ") in self.expired:
            return web.json_response({"detail": "token expired"}, status=401)
        if self.busy:
            self.busy -= 1
            return web.json_response({"detail": "the stream is full"}, status=503, headers={"Retry-After": "7"})
        events = (await request.json())["events"]
        self.sizes.append(len(events))
        rejected = [
            {"index": number, "reason": "bad url"} for number, event in enumerate(events) if "page-13" in event["url"]
        ]
        self.events += [event for event in events if "page-13" not in event["url"]]
        return web.json_response({"accepted": len(events) - len(rejected), "rejected": rejected}, status=202)


class ImportTester:
    """Runs imports against a fake API, with delays that take no time."""

    def __init__(self, fake_api: FakeImportApi, url: str, session: aiohttp.ClientSession) -> None:
        self.fake_api = fake_api
        self.url = url
        self.session = session
        self.printed: list[str] = []
        self.slept: list[float] = []

    def api(self, password: str = "right", url: str | None = None) -> ImportApi:
        return ImportApi(
            self.session, url or self.url, PasswordLogin("admin", password), self.printed.append, self._sleep
        )

    async def run(self, *names: Path, url: str | None = None) -> LineCounts:
        counts = LineCounts()
        await import_logs(self.api(), "shop", [str(name) for name in names], url, lambda _count: None, counts)
        return counts

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
async def tester() -> AsyncIterator[ImportTester]:
    fake_api = FakeImportApi()
    async with TestServer(fake_api.app()) as server, aiohttp.ClientSession() as session:
        yield ImportTester(fake_api, str(server.make_url("")).rstrip("/"), session)


def write_log(path: Path, lines: list[str]) -> Path:
    data = "".join(lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def log_lines(count: int, start: int = 0) -> list[str]:
    return [LINE % (n % 250, n // 3600, n // 60 % 60, n % 60, n % 20) for n in range(start, start + count)]


async def test_every_page_view_has_its_time_and_the_url_of_the_site(tester: ImportTester, tmp_path: Path) -> None:
    counts = await tester.run(write_log(tmp_path / "access.log", log_lines(3)))
    assert [event["url"] for event in tester.fake_api.events] == [f"https://shop.example/page-{n}" for n in range(3)]
    assert [event["time"] for event in tester.fake_api.events] == [1431820800000 + n * 1000 for n in range(3)]
    assert tester.fake_api.events[0]["ip"] == "81.2.69.0"
    assert "referrer" not in tester.fake_api.events[0]
    assert (counts.lines, counts.accepted) == (3, 3)


async def test_batches_are_full_and_rejections_are_counted_by_reason(tester: ImportTester, tmp_path: Path) -> None:
    counts = await tester.run(write_log(tmp_path / "access.log.gz", log_lines(2_500)))
    assert tester.fake_api.sizes == [1000, 1000, 500]
    assert counts.rejected == {"bad url": 125}
    assert counts.accepted == 2_375


async def test_rotated_files_are_sent_oldest_first(tester: ImportTester, tmp_path: Path) -> None:
    newer = write_log(tmp_path / "access.log", log_lines(3_000, start=7_200))
    older = write_log(tmp_path / "access.log.1.gz", log_lines(3_000))
    await tester.run(newer, older)
    times = [event["time"] for event in tester.fake_api.events]
    assert times == sorted(times)


async def test_repeated_or_overlapping_import_sends_the_same_ids(tester: ImportTester, tmp_path: Path) -> None:
    lines = log_lines(50) + log_lines(1, start=49)  # the last line twice: two page views
    await tester.run(write_log(tmp_path / "access.log", lines))
    first = {event["id"] for event in tester.fake_api.events}
    tester.fake_api.events.clear()
    await tester.run(write_log(tmp_path / "access.log.1.gz", lines[20:]))
    assert {event["id"] for event in tester.fake_api.events} < first
    assert len(first) == len({*range(51)} - {13, 33})


async def test_batch_is_retried_after_delay_requested_by_api(tester: ImportTester, tmp_path: Path) -> None:
    tester.fake_api.busy = 2
    counts = await tester.run(write_log(tmp_path / "access.log", log_lines(10)))
    assert counts.accepted == 10
    assert tester.fake_api.sizes == [10]
    assert tester.slept == [7.0, 7.0]
    assert tester.printed == ["waiting for the API: the stream is full"]


async def test_unavailable_api_ends_import_with_one_line(tester: ImportTester, tmp_path: Path) -> None:
    tester.fake_api.busy = 1_000_000
    with pytest.raises(CliError, match="the API is unavailable: the stream is full; repeat the import later"):
        await tester.run(write_log(tmp_path / "access.log", log_lines(10)))
    assert sum(tester.slept) <= 600


async def test_token_that_expires_during_import_is_renewed(tester: ImportTester, tmp_path: Path) -> None:
    tester.fake_api.expired = {"token-1"}
    counts = await tester.run(write_log(tmp_path / "access.log", log_lines(10)))
    assert counts.accepted == 10
    assert tester.fake_api.tokens == 2


async def test_wrong_password_is_reported_in_one_line(tester: ImportTester) -> None:
    with pytest.raises(CliError, match="cannot log in as admin: wrong username or password"):
        await tester.api(password="wrong").site_url("shop")


async def test_unknown_site_is_reported_in_one_line(tester: ImportTester) -> None:
    with pytest.raises(CliError, match="site nowhere: the server responded with status 404"):
        await tester.api().site_url("nowhere")


async def test_unreachable_api_is_reported_in_one_line(tester: ImportTester) -> None:
    with pytest.raises(CliError, match=r"cannot reach the API at http://127\.0\.0\.1:1: "):
        await tester.api(url="http://127.0.0.1:1").site_url("shop")


async def test_stored_login_is_renewed_during_import(tester: ImportTester, tmp_path: Path) -> None:
    tester.fake_api.tokens = 2
    tester.fake_api.expired = {"token-2"}
    calls: list[str | None] = []

    def stored_token(rejected: str | None) -> str:
        calls.append(rejected)
        return "token-3" if rejected else "token-2"

    api = ImportApi(tester.session, tester.url, stored_token, tester.printed.append)
    log = write_log(tmp_path / "a.log", [LINE % (1, 10, 0, 0, 1)])
    await import_logs(api, "shop", [str(log)], None, lambda _count: None, LineCounts())

    assert calls == [None, "token-2"]
    assert len(tester.fake_api.events) == 1
