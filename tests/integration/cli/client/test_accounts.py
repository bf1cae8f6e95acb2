"""Logins, users, API keys, second factors, and the help of commands."""

import asyncio
import io
import json
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest

from services.cli.main import main
from tests.integration.cli.client.conftest import PASSWORD, Run, assert_fails
from tests.support.ports import own_port


async def test_login_is_stored_privately_until_logout(run: Run, url: str, tmp_path: Path):
    result = await run("login", "ada", "--api", url, "--password-stdin", typed=PASSWORD)
    assert result == (0, f"Logged in as ada at {url}\n", "")
    stored = tmp_path / "config" / "pyuniqvisit" / "session.json"
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert PASSWORD not in stored.read_text()
    assert json.loads((await run("whoami", "--json")).out)["username"] == "ada"

    tokens = json.loads(stored.read_text())
    assert (await run("logout")).code == 0
    assert not stored.exists()
    assert_fails(await run("whoami"), 3, "you are not logged in", "pyuniqvisit login")

    stored.write_text(json.dumps(tokens | {"expires_at": 0}))
    assert_fails(await run("whoami"), 3, "the login of ada has expired")


async def test_failed_login_is_reported_in_one_line(run: Run, url: str):
    assert_fails(
        await run("login", "ada", "--api", url, "--password-stdin", typed="wrong"),
        3,
        "username or password is incorrect",
    )
    assert_fails(await run("login", "ada", "--api", url, "--password-stdin"), 1, "no password on standard input")


async def test_unreachable_api_is_reported_in_one_line(run: Run):
    url = f"http://127.0.0.1:{own_port()}"
    assert_fails(
        await run("login", "ada", "--api", url, "--password-stdin", typed="x"), 4, f"cannot reach the API at {url}"
    )


async def test_expired_token_is_renewed_silently(ada: Run, tmp_path: Path):
    stored = tmp_path / "config" / "pyuniqvisit" / "session.json"
    before = json.loads(stored.read_text())
    stored.write_text(json.dumps(before | {"expires_at": 0}))
    result = await ada("sites", "list")
    assert (result.code, result.err) == (0, "")
    after = json.loads(stored.read_text())
    assert after["refresh_token"] != before["refresh_token"]
    assert after["expires_at"] > 0

    stored.write_text(json.dumps(after | {"access_token": "damaged"}))
    assert (await ada("sites", "list")).code == 0


async def test_users_are_created_updated_disabled_and_deleted(ada: Run, url: str):
    made = await ada("users", "create", "bob", "--password-stdin", typed="a long enough phrase\n")
    assert made == (0, "Created user bob\n", "")
    assert {user["username"] for user in json.loads((await ada("users", "list", "--json")).out)["users"]} == {
        "ada",
        "bob",
    }
    assert_fails(await ada("users", "create", "bob", "--password-stdin", typed="a long enough phrase"), 1, "username")
    assert_fails(await ada("users", "create", "eve", "--password-stdin", typed="short"), 1, "password")

    assert (await ada("users", "update", "bob", "--admin")).code == 0
    assert json.loads((await ada("users", "show", "bob", "--json")).out)["is_admin"] is True
    assert (await ada("users", "update", "bob")).code == 2

    assert (await ada("users", "disable", "bob")).code == 0
    login = ("login", "bob", "--api", url, "--password-stdin")
    assert_fails(await ada(*login, typed="a long enough phrase"), 3)
    assert (await ada("users", "enable", "bob")).code == 0

    assert (await ada("users", "delete", "bob", "--yes")).code == 0
    assert_fails(await ada("users", "show", "bob"), 5)


async def test_api_key_works_until_revoked(ada: Run, url: str, monkeypatch: pytest.MonkeyPatch):
    await ada("sites", "create", "shop", "https://shop.example")
    made = json.loads((await ada("keys", "create", "nightly", "--scope", "read:stats", "--json")).out)
    listed = json.loads((await ada("keys", "list", "--json")).out)["keys"]
    assert [key["name"] for key in listed] == ["nightly"]
    assert made["key"] not in json.dumps(listed)

    with monkeypatch.context() as script:
        script.setenv("PYUNIQVISIT_CLI__API_KEY", made["key"])
        script.setenv("PYUNIQVISIT_CLI__API_URL", url)
        assert (await ada("stats", "shop")).code == 0
        assert_fails(await ada("users", "list"), 3)

    assert (await ada("keys", "revoke", listed[0]["id"])).code == 0
    monkeypatch.setenv("PYUNIQVISIT_CLI__API_KEY", made["key"])
    assert_fails(await ada("stats", "shop"), 3)


async def test_user_manages_own_account(ada: Run, url: str):
    new = "another phrase of the tests"
    assert_fails(await ada("account", "password", "--password-stdin", typed=f"wrong\n{new}\n"), 1, "password")
    assert (await ada("account", "password", "--password-stdin", typed=f"{PASSWORD}\n{new}\n")).code == 0
    assert_fails(await ada("login", "ada", "--api", url, "--password-stdin", typed=PASSWORD), 3)
    assert (await ada("login", "ada", "--api", url, "--password-stdin", typed=new)).code == 0

    sessions = json.loads((await ada("account", "sessions", "--json")).out)["sessions"]
    assert sorted(session["current"] for session in sessions) == [False, True]
    other = next(session["id"] for session in sessions if not session["current"])
    assert (await ada("account", "end-session", other)).code == 0
    assert len(json.loads((await ada("account", "sessions", "--json")).out)["sessions"]) == 1


class Authenticator(io.StringIO):
    """Standard input with the code for the secret that was just printed."""

    def __init__(self, printed: Callable[[], str]) -> None:
        super().__init__()
        self.printed = printed
        self.secret = ""

    def readline(self, *_: Any) -> Any:
        self.secret = self.printed().split("\n\n")[1].split()[0]
        return pyotp.TOTP(self.secret).now() + "\n"


async def test_second_factor_is_required_after_confirmation(
    ada: Run, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    refused_code = await ada("account", "second-factor", "on", typed="000000\n")
    assert refused_code.code == 1
    assert "is incorrect or has expired" in refused_code.err

    authenticator = Authenticator(lambda: capsys.readouterr().err)
    monkeypatch.setattr("sys.stdin", authenticator)
    assert await asyncio.to_thread(main, ["account", "second-factor", "on"]) == 0

    login = ("login", "ada", "--api", url, "--password-stdin")
    assert_fails(await ada(*login, "--code", "000000", typed=PASSWORD), 3, "code")
    next_code = pyotp.TOTP(authenticator.secret).at(int(time.time()) + 30)
    assert (await ada(*login, typed=f"{PASSWORD}\n{next_code}\n")).code == 0
    assert (await ada("account", "second-factor", "off")).code == 0
    assert (await ada(*login, typed=PASSWORD)).code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_completion_script_is_printed_for_every_shell(run: Run, shell: str):
    result = await run("completion", shell)
    assert result.code == 0
    assert "_PYUNIQVISIT_COMPLETE" in result.out


@pytest.mark.parametrize(
    "command", ["users", "sites", "visitors", "events", "shares", "stats", "keys", "account", "login"]
)
async def test_help_has_an_example(run: Run, command: str):
    result = await run(command, "--help")
    assert result.code == 0
    assert "Example" in result.out
    assert f"pyuniqvisit {command}" in result.out
