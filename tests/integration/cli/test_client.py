"""The commands against the real API: what they print, and how they end."""

import asyncio
import io
import json
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyotp
import pytest
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from common.clock import system_clock, utc
from common.config import Settings
from common.store.accounts import create_admin
from services.api.app import create_app
from services.cli.main import main
from services.worker.retention.expiry import Retention
from tests.support.ports import own_port
from tests.support.rows import add_visit
from tests.support.waiting import until

PASSWORD = "a password of the tests"


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Awaitable[Outcome]]


@pytest.fixture
async def api(settings: Settings, redis: Any, pool: Any) -> AsyncIterator[TestServer]:
    """The real API, with the administrator `ada`."""
    async with pool.acquire() as connection:
        assert await create_admin(connection, "ada", PASSWORD, utc(system_clock()))
    # What the server logs, whenever it does, is nothing that a command says.
    with capture_logs():
        async with TestServer(create_app(settings)) as server:
            yield server


@pytest.fixture
def url(api: TestServer) -> str:
    return f"http://127.0.0.1:{api.port}"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as `main` does, in a home of the test's own, with ``typed`` as standard input."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)

    async def run(*arguments: str, typed: str = "") -> Outcome:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capsys.readouterr()
        code = await asyncio.to_thread(main, arguments)
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run


@pytest.fixture
async def ada(run: Run, url: str) -> Run:
    """Commands of the administrator."""
    assert (await run("login", "ada", "--api", url, "--password-stdin", typed=f"{PASSWORD}\n")).code == 0
    return run


def refused(outcome: Outcome, code: int, *words: str) -> None:
    assert outcome.code == code, outcome
    assert outcome.err.startswith("pyuniqvisit: ")
    assert outcome.err.count("\n") == 1, "one line"
    assert all(word in outcome.err for word in words), outcome.err
    assert outcome.out == ""


async def test_a_login_is_kept_for_its_owner_alone_until_the_logout(run: Run, url: str, tmp_path: Path):
    outcome = await run("login", "ada", "--api", url, "--password-stdin", typed=PASSWORD)
    assert outcome == (0, f"logged in as ada at {url}\n", "")
    kept = tmp_path / "config" / "pyuniqvisit" / "session.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert PASSWORD not in kept.read_text()
    assert json.loads((await run("whoami", "--json")).out)["username"] == "ada"

    tokens = json.loads(kept.read_text())
    assert (await run("logout")).code == 0
    assert not kept.exists()
    refused(await run("whoami"), 3, "nobody is logged in", "pyuniqvisit login")

    kept.write_text(json.dumps(tokens | {"expires_at": 0}))
    refused(await run("whoami"), 3, "the login of ada has ended")


async def test_a_refused_login_is_one_line(run: Run, url: str):
    refused(await run("login", "ada", "--api", url, "--password-stdin", typed="wrong"), 3, "wrong username or password")
    refused(await run("login", "ada", "--api", url, "--password-stdin"), 1, "holds no password")


async def test_an_api_that_is_away_is_one_line(run: Run):
    url = f"http://127.0.0.1:{own_port()}"
    refused(await run("login", "ada", "--api", url, "--password-stdin", typed="x"), 4, f"no API answers at {url}")


async def test_an_expired_token_is_renewed_without_a_word(ada: Run, tmp_path: Path):
    kept = tmp_path / "config" / "pyuniqvisit" / "session.json"
    before = json.loads(kept.read_text())
    kept.write_text(json.dumps(before | {"expires_at": 0}))
    outcome = await ada("sites", "list")
    assert (outcome.code, outcome.err) == (0, "")
    after = json.loads(kept.read_text())
    assert after["refresh_token"] != before["refresh_token"]
    assert after["expires_at"] > 0

    kept.write_text(json.dumps(after | {"access_token": "damaged"}))
    assert (await ada("sites", "list")).code == 0


async def test_users_are_made_changed_disabled_and_deleted(ada: Run, url: str):
    made = await ada("users", "create", "bob", "--password-stdin", typed="a long enough phrase\n")
    assert made == (0, "bob can log in now\n", "")
    assert {user["username"] for user in json.loads((await ada("users", "list", "--json")).out)["users"]} == {
        "ada",
        "bob",
    }
    refused(await ada("users", "create", "bob", "--password-stdin", typed="a long enough phrase"), 1, "username")
    refused(await ada("users", "create", "eve", "--password-stdin", typed="short"), 1, "password")

    assert (await ada("users", "update", "bob", "--admin")).code == 0
    assert json.loads((await ada("users", "show", "bob", "--json")).out)["is_admin"] is True
    assert (await ada("users", "update", "bob")).code == 2

    assert (await ada("users", "disable", "bob")).code == 0
    login = ("login", "bob", "--api", url, "--password-stdin")
    refused(await ada(*login, typed="a long enough phrase"), 3)
    assert (await ada("users", "enable", "bob")).code == 0

    assert (await ada("users", "delete", "bob", "--yes")).code == 0
    refused(await ada("users", "show", "bob"), 5)


async def test_nothing_is_deleted_without_a_yes(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    outcome = await ada("sites", "delete", "shop", typed="n\n")
    assert outcome.code == 130
    assert (await ada("sites", "show", "shop")).code == 0


async def test_sites_are_made_shown_changed_and_deleted(ada: Run, url: str):
    assert "no sites yet" in (await ada("sites", "list")).out
    made = await ada("sites", "create", "shop", "https://shop.example", "--timezone", "Europe/London", "--public")
    assert made.code == 0
    shown = json.loads((await ada("sites", "show", "shop", "--json")).out)
    assert (shown["timezone"], shown["public"], shown["identity"]) == ("Europe/London", True, "cookie")

    change = await ada("sites", "update", "shop", "--private", "--identity", "cookieless", "--origin", "*")
    assert change.code == 0
    shown = json.loads((await ada("sites", "show", "shop", "--json")).out)
    assert (shown["timezone"], shown["public"], shown["identity"]) == ("Europe/London", False, "cookieless")
    assert shown["origins"] == ["*"]

    table = (await ada("sites", "list")).out
    assert "shop" in table
    assert "Europe/London" in table
    refused(await ada("sites", "create", "shop", "https://shop.example"), 1, "name")
    refused(await ada("sites", "create", "sh op", "https://shop.example"), 1, "name")
    assert (await ada("sites", "update", "shop")).code == 2

    snippet = (await ada("sites", "snippet", "shop")).out
    assert 'data-site="shop"' in snippet
    assert "/uv.js" in snippet

    assert (await ada("sites", "delete", "shop", "--yes")).code == 0
    refused(await ada("sites", "show", "shop"), 5, "no such site")
    assert json.loads((await ada("sites", "deletions", "--json")).out)["deletions"][0]["name"] == "shop"


async def test_a_user_sees_a_site_from_its_granting_to_its_revocation(ada: Run, url: str):
    await ada("users", "create", "bob", "--password-stdin", typed="a long enough phrase")
    await ada("sites", "create", "shop", "https://shop.example")
    assert (await ada("sites", "add-member", "shop", "bob")).code == 0
    assert "bob" in (await ada("sites", "members", "shop")).out
    refused(await ada("sites", "add-member", "shop", "nobody"), 5)

    await ada("login", "bob", "--api", url, "--password-stdin", typed="a long enough phrase")
    assert (await ada("stats", "shop")).code == 0
    refused(await ada("visitors", "list", "shop"), 3, "administrator")
    refused(await ada("stats", "another"), 5, "no such site")

    await ada("login", "ada", "--api", url, "--password-stdin", typed=PASSWORD)
    assert (await ada("sites", "remove-member", "shop", "bob")).code == 0
    assert "only administrators" in (await ada("sites", "members", "shop")).out


async def test_statistics_are_a_graph_or_rows_for_programs(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    shown = (await ada("stats", "shop", "--period", "7d")).out
    assert "▁▁▁▁▁▁▁  visitors by day" in shown
    assert "Bounce rate" in shown

    document = json.loads((await ada("stats", "shop", "--from", "2026-01-01", "--to", "2026-01-31", "--json")).out)
    assert document["summary"]["visitors"] == 0
    assert len(document["timeseries"]["points"]) == 31
    rows = (await ada("stats", "shop", "--from", "2026-01-01", "--to", "2026-01-31", "--csv")).out.splitlines()
    assert rows[0].startswith("time,visitors,visits,")
    assert len(rows) == 32

    compared = (
        await ada("stats", "shop", "--period", "7d", "--compare", "previous", "--metrics", "visitors,visits")
    ).out
    assert "compared with" in compared
    assert "Bounce rate" not in compared
    glance = (await ada("sites", "overview", "--period", "7d", "--csv")).out.splitlines()
    assert glance == [
        "site,visitors,change,visits,pageviews,current_visitors,sparkline",
        'shop,0,,0,0,0,"[0, 0, 0, 0, 0, 0, 0]"',
    ]
    assert (await ada("stats", "shop", "--by", "source", "--compare", "year")).code == 0
    assert (await ada("stats", "shop", "--by", "source")).out == "nothing was counted\n"
    assert (await ada("stats", "shop", "--by", "country", "--filter", "browser:is:Firefox")).code == 0
    refused(await ada("stats", "shop", "--filter", "nonsense"), 1, "filter")
    refused(await ada("stats", "shop", "--by", "nonsense"), 5, "dimension")
    assert (await ada("stats", "shop", "--from", "2026-01-01")).code == 2
    assert (await ada("stats", "shop", "--period", "week")).code == 2


async def test_a_key_works_in_place_of_a_login_until_it_is_revoked(ada: Run, url: str, monkeypatch: pytest.MonkeyPatch):
    await ada("sites", "create", "shop", "https://shop.example")
    made = json.loads((await ada("keys", "create", "nightly", "--scope", "read:stats", "--json")).out)
    listed = json.loads((await ada("keys", "list", "--json")).out)["keys"]
    assert [key["name"] for key in listed] == ["nightly"]
    assert made["key"] not in json.dumps(listed)

    with monkeypatch.context() as script:
        script.setenv("PYUNIQVISIT_CLI__API_KEY", made["key"])
        script.setenv("PYUNIQVISIT_CLI__API_URL", url)
        assert (await ada("stats", "shop")).code == 0
        refused(await ada("users", "list"), 3)

    assert (await ada("keys", "revoke", listed[0]["id"])).code == 0
    monkeypatch.setenv("PYUNIQVISIT_CLI__API_KEY", made["key"])
    refused(await ada("stats", "shop"), 3)


async def test_a_visitor_of_whom_nothing_is_stored_can_be_looked_up_and_erased(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    found = await ada("visitors", "lookup", "shop", "0123456789abcdef" * 2)
    assert (found.code, found.err) == (0, "nothing is stored of this visitor\n")
    visitor = found.out.strip()
    refused(await ada("visitors", "show", "shop", visitor), 5)
    assert (await ada("visitors", "list", "shop")).out == "no such visitors\n"
    erased = await ada("visitors", "erase", "shop", visitor, "--yes")
    assert (erased.code, erased.out) == (0, "erased 0 visits and 0 events\n")


async def test_events_are_sent_once_and_wrong_lines_are_named(ada: Run, tmp_path: Path, redis: Any):
    await ada("sites", "create", "shop", "https://shop.example")
    good = {"url": "https://shop.example/", "ip": "203.0.113.7", "user_agent": "Firefox", "time": system_clock() - 1000}
    lines = tmp_path / "events.jsonl"
    lines.write_text(json.dumps(good) + "\n\n" + json.dumps(good | {"url": "nowhere"}) + "\n")
    outcome = await ada("events", "send", "shop", str(lines))
    assert (outcome.code, outcome.out) == (1, "1 of 2 events are accepted\n")
    assert [line.partition(":")[0] for line in outcome.err.splitlines()] == ["line 3", "pyuniqvisit"]

    outcome = await ada("events", "send", "shop", typed=json.dumps(good))
    assert (outcome.code, outcome.out) == (0, "1 of 1 events are accepted\n")
    refused(await ada("events", "send", "shop", typed="{"), 1, "line 1: not JSON")
    refused(await ada("events", "send", "another", typed=json.dumps(good)), 5, "no such site")


async def test_a_log_is_imported_in_the_name_of_whoever_is_logged_in(ada: Run, tmp_path: Path, redis: Any):
    await ada("sites", "create", "shop", "https://shop.example")
    log = tmp_path / "access.log"
    log.write_text('81.2.69.1 - - [17/May/2025:10:00:00 +0000] "GET /page HTTP/1.1" 200 1 "-" "Firefox"\n')

    outcome = await ada("import-log", "shop", str(log))

    assert (outcome.code, outcome.err) == (0, "")
    assert "sent as page views" in outcome.out
    assert sum([await redis.xlen(f"beacons:{shard}") for shard in range(4)]) == 1


async def test_a_site_is_shared_until_the_share_is_revoked(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    made = await ada("shares", "create", "shop", "the board", "--password-stdin", typed="a long enough phrase")
    assert made.code == 0
    assert "not shown again" in made.err
    listed = json.loads((await ada("shares", "list", "shop", "--json")).out)["shares"]
    assert [(share["name"], share["has_password"]) for share in listed] == [("the board", True)]
    assert made.out.strip() not in json.dumps(listed)
    assert (await ada("shares", "revoke", "shop", listed[0]["id"])).code == 0
    assert (await ada("shares", "list", "shop")).out == "shop is shared with nobody\n"


async def test_everybody_looks_after_their_own_account(ada: Run, url: str):
    new = "another phrase of the tests"
    refused(await ada("account", "password", "--password-stdin", typed=f"wrong\n{new}\n"), 1, "password")
    assert (await ada("account", "password", "--password-stdin", typed=f"{PASSWORD}\n{new}\n")).code == 0
    refused(await ada("login", "ada", "--api", url, "--password-stdin", typed=PASSWORD), 3)
    assert (await ada("login", "ada", "--api", url, "--password-stdin", typed=new)).code == 0

    sessions = json.loads((await ada("account", "sessions", "--json")).out)["sessions"]
    assert sorted(session["current"] for session in sessions) == [False, True]
    other = next(session["id"] for session in sessions if not session["current"])
    assert (await ada("account", "end-session", other)).code == 0
    assert len(json.loads((await ada("account", "sessions", "--json")).out)["sessions"]) == 1


class Authenticator(io.StringIO):
    """Somebody who types the code of the secret that was just printed."""

    def __init__(self, printed: Callable[[], str]) -> None:
        super().__init__()
        self.printed = printed
        self.secret = ""

    def readline(self, *_: Any) -> str:
        self.secret = self.printed().split("\n\n")[1].split()[0]
        return pyotp.TOTP(self.secret).now() + "\n"


async def test_a_second_factor_is_asked_for_from_its_first_code_on(
    ada: Run, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    refused_code = await ada("account", "second-factor", "on", typed="000000\n")
    assert refused_code.code == 1
    assert "not the code" in refused_code.err

    authenticator = Authenticator(lambda: capsys.readouterr().err)
    monkeypatch.setattr("sys.stdin", authenticator)
    assert await asyncio.to_thread(main, ["account", "second-factor", "on"]) == 0

    login = ("login", "ada", "--api", url, "--password-stdin")
    refused(await ada(*login, "--code", "000000", typed=PASSWORD), 3, "code")
    next_code = pyotp.TOTP(authenticator.secret).at(int(time.time()) + 30)
    assert (await ada(*login, typed=f"{PASSWORD}\n{next_code}\n")).code == 0
    assert (await ada("account", "second-factor", "off")).code == 0
    assert (await ada(*login, typed=PASSWORD)).code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_every_shell_gets_its_completion(run: Run, shell: str):
    outcome = await run("completion", shell)
    assert outcome.code == 0
    assert "_PYUNIQVISIT_COMPLETE" in outcome.out


@pytest.mark.parametrize(
    "command", ["users", "sites", "visitors", "events", "shares", "stats", "keys", "account", "login"]
)
async def test_every_command_explains_itself_with_an_example(run: Run, command: str):
    outcome = await run(command, "--help")
    assert outcome.code == 0
    assert "Example" in outcome.out
    assert f"pyuniqvisit {command}" in outcome.out


async def test_a_site_moves_by_file(ada: Run, pool: Any, tmp_path: Path):
    for name in ("shop", "copy"):
        assert (await ada("sites", "create", name, "https://shop.example")).code == 0
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    await add_visit(pool, site_id, utc(system_clock()) - timedelta(hours=1), visitor=bytes(16), seconds=2, events=(1,))
    for file in ("shop.parquet", "shop.jsonl"):
        outcome = await ada("export", "shop", file)
        assert outcome == (0, f"{file} has {(tmp_path / file).stat().st_size:,} bytes\n", "")
    assert (tmp_path / "shop.parquet").read_bytes().startswith(b"PAR1")
    assert (tmp_path / "shop.jsonl").read_text().startswith('{"format":')
    told = await ada("import", "copy", "shop.parquet")
    assert told == (0, "1 visits, of which 1 were not there yet\n2 events, of which 2 were not there yet\n", "")
    answer = json.loads((await ada("import", "copy", "shop.jsonl", "--json")).out)
    assert (answer["visits"], answer["events"]) == ({"read": 1, "stored": 0}, {"read": 2, "stored": 0})


async def test_a_file_that_is_no_export_is_refused_in_one_line(ada: Run, tmp_path: Path):
    await ada("sites", "create", "shop", "https://shop.example")
    (tmp_path / "large.txt").write_bytes(b"not an export " * 1_000_000)
    refused(await ada("import", "shop", "large.txt"), 1, "does not begin as an export")
    refused(await ada("export", "nowhere", "nowhere.parquet"), 5, "no such site")
    assert not (tmp_path / "nowhere.parquet").exists()
    assert not (tmp_path / "nowhere.parquet.part").exists()


async def test_goals_and_funnels_are_made_looked_at_and_deleted(ada: Run, pool: Any):
    await ada("sites", "create", "shop", "https://shop.example")
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    await add_visit(pool, site_id, utc(system_clock()) - timedelta(minutes=5), visitor=bytes(16), pageviews=(0, 60))
    assert "no goals yet" in (await ada("goals", "list", "shop")).out
    made = await ada("goals", "create", "shop", "Signed up", "--event", "signup", "--property", "plan=pro")
    assert made.out == "Signed up: event:signup plan=pro\n"
    assert (await ada("goals", "create", "shop", "Looked", "--page", "*")).code == 0
    refused(await ada("goals", "create", "shop", "Looked", "--page", "/"), 1, "name")
    assert (await ada("goals", "create", "shop", "Neither")).code == 2
    rows = (await ada("goals", "stats", "shop", "--period", "7d", "--csv")).out.splitlines()
    assert rows == ["name,visitors,conversions,conversion_rate", "Looked,1,2,100.0", "Signed up,0,0,0.0"]

    made = await ada("funnels", "create", "shop", "In", "*", "/*", "goal:Signed up", "--within", "visit")
    assert made.out == "In: *, /*, goal:Signed up\n"
    assert (await ada("funnels", "create", "shop", "Wrong", "here", "there")).code == 2
    refused(await ada("goals", "delete", "shop", "Signed up"), 1, "funnel")
    rows = (await ada("funnels", "stats", "shop", "In", "--csv")).out.splitlines()
    assert rows[1:] == ["*,1,0,100.0,100.0", "/*,1,0,100.0,100.0", "goal:Signed up,0,1,0.0,0.0"]
    assert "visit" in (await ada("funnels", "list", "shop")).out
    refused(await ada("funnels", "stats", "shop", "Out"), 5, "Out")
    assert (await ada("funnels", "delete", "shop", "In")).code == 0
    assert (await ada("goals", "delete", "shop", "Signed up")).code == 0

    cohorts = json.loads((await ada("cohort-retention", "shop", "--interval", "day", "--period", "7d", "--json")).out)[
        "cohorts"
    ]
    assert sum(cohort["size"] for cohort in cohorts) == 1
    assert "100%" in (await ada("cohort-retention", "shop", "--period", "7d")).out
    would_go = (await ada("data-retention", "--site", "shop", "--dry-run", "--csv")).out.splitlines()
    assert would_go == ["site,retention_days,kept_from,visits,events,visitors,dead_letters", "shop,,,,,,"]
    assert "nothing was deleted" in (await ada("data-retention", "--dry-run")).out
    assert (await ada("data-retention")).code == 0, "nothing is to be waited for where a site keeps everything"
    page = await pool.fetchval("select path from events limit 1")
    assert (await ada("paths", "shop", "--csv")).out.splitlines()[1].endswith(",1,1")
    assert (await ada("paths", "shop", "--page", page, "--csv")).out.splitlines()[1:] == ["before,,1", "after,,1"]
    assert "→" not in (await ada("paths", "shop", "--filter", "country:is:GB")).out


async def test_insights_are_asked_for_and_shown(ada: Run, pool: Any, monkeypatch: pytest.MonkeyPatch):
    await ada("sites", "create", "shop", "https://shop.example")
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    assert (await ada("insights", "shop")).out == "not computed yet: that happens at night, or with --refresh\n"
    assert (await ada("insights", "shop", "summary", "--days", "3")).code == 2

    async def work() -> None:
        """What a worker does with a request."""

        async def is_asked_for() -> bool:
            return await pool.fetchval("select count(*) from insight_requests") > 0

        await until(is_asked_for)
        refused = {"refused": {"reason": "too-few-days", "have": 3, "needed": 28}}
        keep = "insert into insights values ($1, 'forecast', now(), $2)"
        await pool.execute(keep, site_id, refused)
        await pool.execute("delete from insight_requests")

    monkeypatch.setattr("services.cli.commands.insights._POLL_SECONDS", 0.05)
    worker = asyncio.create_task(work())
    outcome = await ada("insights", "shop", "forecast", "--refresh")
    await worker
    assert outcome.out == "too little to say anything: 3 days are known, and 28 are needed\n"

    today = utc(system_clock()).date()
    day = {"day": f"{today}", "expected": 1234.5, "low_80": 1000, "high_80": 1400, "low_95": 900, "high_95": 1700}
    metric = {"days": [day], "quality": None}
    found = {"first_day": "2024-01-01", "last_day": f"{today}", "visitors": metric, "pageviews": metric}
    await pool.execute("insert into insights values ($1, 'forecast', now(), $2)", site_id, {"found": found})
    rows = (await ada("insights", "shop", "forecast", "--csv")).out.splitlines()
    assert rows[1] == f"{today},1234,1000 - 1400,1234,1000 - 1400"
    cause = {"dimension": "source", "value": "Hacker News", "count": 90, "usual": 2.5, "share": 0.9}
    spike = {"day": f"{today}", "kind": "spike", "metric": "visitors", "value": 120, "expected": 30.2, "deviation": 9}
    anomalies = {"anomalies": [{**spike, "score": 0.8, "once_in_days": 400, "causes": [cause]}]}
    found = {"first_day": "2024-01-01", "last_day": f"{today}", **anomalies}
    await pool.execute("insert into insights values ($1, 'anomalies', now(), $2)", site_id, {"found": found})
    shown = (await ada("insights", "shop", "anomalies")).out
    assert "source Hacker News: 90 instead of 2.5" in shown


async def test_data_retention_waits_until_the_worker_has_deleted_and_says_what_went(
    ada: Run, settings: Settings, pool: Any, monkeypatch: pytest.MonkeyPatch
):
    await ada("sites", "create", "shop", "https://shop.example")
    await ada("sites", "create", "blog", "https://blog.example")  # keeps everything, so nobody waits for it
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    now = utc(system_clock())
    for days in (1, 40, 50):
        await add_visit(pool, site_id, now - timedelta(days=days), visitor=bytes([days]) * 16, events=(1,))
    assert (await ada("sites", "update", "shop", "--retention-days", "30")).code == 0
    dry = await ada("data-retention", "--site", "shop", "--dry-run", "--csv")
    assert dry.out.splitlines()[1].split(",")[3:] == ["2", "4", "2", "0"]
    assert await pool.fetchval("select count(*) from visits") == 3

    monkeypatch.setattr("services.cli.commands.data_retention._POLL_SECONDS", 0.05)
    waiting = asyncio.create_task(ada("data-retention", "--csv"))

    async def is_asked_for() -> bool:
        return await pool.fetchval("select count(*) from data_retention_runs where finished_at is null") > 0

    await until(is_asked_for)
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await Retention(pool, range(settings.install.shards), system_clock).run(60)
    outcome = await waiting
    assert outcome.code == 0
    rows = {row.split(",")[0]: row.split(",")[3:] for row in outcome.out.splitlines()[1:]}
    assert rows["shop"] == ["2", "4", "2", "0"]
    assert await pool.fetchval("select count(*) from visits") == 1
    assert await pool.fetchval("select count(*) from events") == 2


async def test_alerts_are_made_tried_and_deleted(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    assert "no alerts yet" in (await ada("alerts", "list", "shop")).out
    made = (await ada("alerts", "create", "shop", "silence", "owner@shop.example", "--minutes", "15")).out
    assert "silence, to owner@shop.example" in made
    assert "uvs_" in (await ada("alerts", "create", "shop", "spike", "https://hooks.example/")).out
    refused(await ada("alerts", "create", "shop", "spike", "nobody"), 1, "e-mail address")
    number = made.partition(":")[0]
    assert "nothing yet" in (await ada("alerts", "deliveries", "shop", number)).out
    assert (await ada("alerts", "test", "shop", number)).code == 0
    assert "test:" in (await ada("alerts", "deliveries", "shop", number, "--csv")).out
    assert (await ada("alerts", "delete", "shop", number)).code == 0
    refused(await ada("alerts", "deliveries", "shop", number), 5, "no such alert")
