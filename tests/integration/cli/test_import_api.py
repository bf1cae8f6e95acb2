"""The import's client against an API that behaves as the contract allows."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.cli.errors import CliError
from services.cli.import_log.api import Api, Password
from services.cli.import_log.events import Tally
from services.cli.import_log.run import import_logs

LINE = '81.2.69.%d - - [17/May/2015:%02d:%02d:%02d +0000] "GET /page-%d HTTP/1.1" 200 1 "-" "Firefox"\n'


class ContractApi:
    """Takes what the contract says and keeps it; answers ``busy`` requests with 503 first."""

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
        refused = [
            {"index": number, "reason": "bad url"} for number, event in enumerate(events) if "page-13" in event["url"]
        ]
        self.events += [event for event in events if "page-13" not in event["url"]]
        return web.json_response({"accepted": len(events) - len(refused), "rejected": refused}, status=202)


class Client:
    """An import's client of ``contract``, whose waits take no time."""

    def __init__(self, contract: ContractApi, url: str, session: aiohttp.ClientSession) -> None:
        self.contract = contract
        self.url = url
        self.session = session
        self.said: list[str] = []
        self.slept: list[float] = []

    def api(self, password: str = "right", url: str | None = None) -> Api:
        return Api(self.session, url or self.url, Password("admin", password), self.said.append, self._sleep)

    async def run(self, *names: Path, url: str | None = None) -> Tally:
        tally = Tally()
        await import_logs(self.api(), "shop", [str(name) for name in names], url, lambda _count: None, tally)
        return tally

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    contract = ContractApi()
    async with TestServer(contract.app()) as server, aiohttp.ClientSession() as session:
        yield Client(contract, str(server.make_url("")).rstrip("/"), session)


def write_log(path: Path, lines: list[str]) -> Path:
    data = "".join(lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def log_lines(count: int, start: int = 0) -> list[str]:
    return [LINE % (n % 250, n // 3600, n // 60 % 60, n % 60, n % 20) for n in range(start, start + count)]


async def test_every_page_arrives_with_its_time_under_the_sites_own_url(client: Client, tmp_path: Path) -> None:
    tally = await client.run(write_log(tmp_path / "access.log", log_lines(3)))
    assert [event["url"] for event in client.contract.events] == [f"https://shop.example/page-{n}" for n in range(3)]
    assert [event["time"] for event in client.contract.events] == [1431820800000 + n * 1000 for n in range(3)]
    assert client.contract.events[0]["ip"] == "81.2.69.0"
    assert "referrer" not in client.contract.events[0]
    assert (tally.lines, tally.accepted) == (3, 3)


async def test_batches_are_full_and_refusals_are_counted_by_reason(client: Client, tmp_path: Path) -> None:
    tally = await client.run(write_log(tmp_path / "access.log.gz", log_lines(2_500)))
    assert client.contract.sizes == [1000, 1000, 500]
    assert tally.refused == {"bad url": 125}
    assert tally.accepted == 2_375


async def test_rotated_files_arrive_oldest_first_whatever_their_names(client: Client, tmp_path: Path) -> None:
    newer = write_log(tmp_path / "access.log", log_lines(3_000, start=7_200))
    older = write_log(tmp_path / "access.log.1.gz", log_lines(3_000))
    await client.run(newer, older)
    times = [event["time"] for event in client.contract.events]
    assert times == sorted(times)


async def test_a_repeated_or_overlapping_import_sends_the_same_ids(client: Client, tmp_path: Path) -> None:
    lines = log_lines(50) + log_lines(1, start=49)  # the last line twice: two real hits
    await client.run(write_log(tmp_path / "access.log", lines))
    first = {event["id"] for event in client.contract.events}
    client.contract.events.clear()
    await client.run(write_log(tmp_path / "access.log.1.gz", lines[20:]))
    assert {event["id"] for event in client.contract.events} < first
    assert len(first) == len({*range(51)} - {13, 33})


async def test_a_busy_api_gets_the_same_batch_again_after_the_time_it_asked_for(client: Client, tmp_path: Path) -> None:
    client.contract.busy = 2
    tally = await client.run(write_log(tmp_path / "access.log", log_lines(10)))
    assert tally.accepted == 10
    assert client.contract.sizes == [10]
    assert client.slept == [7.0, 7.0]
    assert client.said == ["waiting for the API: the stream is full"]


async def test_an_api_that_stays_busy_ends_the_import_with_one_line(client: Client, tmp_path: Path) -> None:
    client.contract.busy = 1_000_000
    with pytest.raises(CliError, match="the API is not available: the stream is full; repeat the import later"):
        await client.run(write_log(tmp_path / "access.log", log_lines(10)))
    assert sum(client.slept) <= 600


async def test_a_token_that_expires_on_the_way_is_renewed(client: Client, tmp_path: Path) -> None:
    client.contract.expired = {"token-1"}
    tally = await client.run(write_log(tmp_path / "access.log", log_lines(10)))
    assert tally.accepted == 10
    assert client.contract.tokens == 2


async def test_a_wrong_password_is_one_line(client: Client) -> None:
    with pytest.raises(CliError, match="cannot log in as admin: wrong username or password"):
        await client.api(password="wrong").site_url("shop")


async def test_an_unknown_site_is_one_line(client: Client) -> None:
    with pytest.raises(CliError, match="the API refuses GET /sites/nowhere: status 404"):
        await client.api().site_url("nowhere")


async def test_no_api_at_the_address_is_one_line(client: Client) -> None:
    with pytest.raises(CliError, match=r"no API answers at http://127\.0\.0\.1:1: "):
        await client.api(url="http://127.0.0.1:1").site_url("shop")


async def test_a_kept_login_is_renewed_in_the_middle_of_an_import(client: Client, tmp_path: Path) -> None:
    client.contract.tokens = 2
    client.contract.expired = {"token-2"}
    asked: list[str | None] = []

    def kept(refused: str | None) -> str:
        asked.append(refused)
        return "token-3" if refused else "token-2"

    api = Api(client.session, client.url, kept, client.said.append)
    log = write_log(tmp_path / "a.log", [LINE % (1, 10, 0, 0, 1)])
    await import_logs(api, "shop", [str(log)], None, lambda _count: None, Tally())

    assert asked == [None, "token-2"]
    assert len(client.contract.events) == 1
