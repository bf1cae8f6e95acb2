"""Commands of the client, run against the real API."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from common.clock import system_clock, utc
from common.config import Settings
from common.store.accounts import create_admin
from services.api.app import create_app
from services.cli.main import main

PASSWORD = "a password of the tests"


class CommandResult(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Awaitable[CommandResult]]


@pytest.fixture
async def api(settings: Settings, redis: Any, pool: Any) -> AsyncIterator[TestServer]:
    """The real API, with the administrator `ada`."""
    async with pool.acquire() as connection:
        assert await create_admin(connection, "ada", PASSWORD, utc(system_clock()))
    # The log of the server must not mix with the output of commands.
    with capture_logs():
        async with TestServer(create_app(settings)) as server:
            yield server


@pytest.fixture
def url(api: TestServer) -> str:
    return f"http://127.0.0.1:{api.port}"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command with its own configuration directory and ``typed`` as standard input."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)

    async def run(*arguments: str, typed: str = "") -> CommandResult:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capsys.readouterr()
        code = await asyncio.to_thread(main, arguments)
        output = capsys.readouterr()
        return CommandResult(code, output.out, output.err)

    return run


@pytest.fixture
async def ada(run: Run, url: str) -> Run:
    """Run commands as the administrator `ada`."""
    assert (await run("login", "ada", "--api", url, "--password-stdin", typed=f"{PASSWORD}\n")).code == 0
    return run


def assert_fails(result: CommandResult, code: int, *words: str) -> None:
    assert result.code == code, result
    assert result.err.startswith("pyuniqvisit: ")
    assert result.err.count("\n") == 1, "one line"
    assert all(word in result.err for word in words), result.err
    assert result.out == ""
