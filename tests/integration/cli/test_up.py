"""`pyuniqvisit up` and the commands beside it, as an operator types them, with everything real."""

import json
import os
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.up.leftovers import is_running
from tests.support.install import PASSWORD, Install
from tests.support.waiting import wait_until

LOG_LINE = (
    '81.2.69.%d - - [17/May/2025:10:00:%02d +0000] "GET /page-%d HTTP/1.1" 200 1 "-" "Mozilla/5.0 Firefox/140.0"\n'
)
ASSET_LINE = '81.2.69.1 - - [17/May/2025:10:00:00 +0000] "GET /logo.png HTTP/1.1" 200 1 "-" "Mozilla/5.0"\n'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    install = Install(tmp_path_factory.mktemp("up"))
    install.up()
    yield install
    assert install.end(signal.SIGTERM) == 0


def test_it_says_what_to_open_who_logs_in_and_what_to_paste(running: Install) -> None:
    assert f"{running.api}/demo/" in running.text
    assert "admin" in running.text
    assert PASSWORD not in running.text
    assert f'<script defer src="{running.collector}/uv.js" data-site="demo"></script>' in running.text


def test_a_beacon_from_any_origin_becomes_a_number_of_the_demo_site(running: Install) -> None:
    running.post(f"{running.collector}/collect", {"site": "demo", "url": "https://anywhere.example/hello"})
    token = running.token()
    summary = f"{running.api}/api/v1/sites/demo/stats/summary?period=day"
    wait_until(lambda: running.get(summary, token)["pageviews"] == 1)


def test_secrets_are_for_their_owner_and_on_no_command_line(running: Install) -> None:
    secrets = json.loads((running.data / "secrets.json").read_text())
    assert (running.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert running.data.stat().st_mode & 0o777 == 0o700
    for process in running.processes():
        arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert not [name for name, secret in secrets.items() if secret in arguments]


def test_a_second_up_on_the_same_data_is_refused_in_one_line(running: Install) -> None:
    refused = running.run(*running.arguments)
    assert refused.returncode == 1
    assert re.fullmatch(
        r"pyuniqvisit: data directory .*: another `pyuniqvisit up` is using it; end that first\n", refused.stderr
    )


def test_a_taken_port_is_refused_in_one_line_and_nothing_is_started(running: Install, tmp_path: Path) -> None:
    port = running.api.rpartition(":")[2]
    refused = running.run("up", "--data-dir", str(tmp_path / "data"), "--api-port", port)
    assert refused.returncode == 1
    assert re.fullmatch(
        rf"pyuniqvisit: port {port} at 127\.0\.0\.1, for the API, is taken by another program; .*--api-port\n",
        refused.stderr,
    )
    assert not (tmp_path / "data" / "postgres").exists()


def test_an_administrator_can_be_added_once(running: Install) -> None:
    arguments = ("create-admin", "alice", "--data-dir", str(running.data))
    assert running.run(*arguments).stdout == "alice can log in now\n"
    again = running.run(*arguments)
    assert (again.returncode, again.stderr) == (1, "pyuniqvisit: a user named alice exists already\n")
    short = running.run("create-admin", "bob", "--data-dir", str(running.data), password="short")
    assert short.returncode == 1
    assert short.stderr.startswith("pyuniqvisit: a password has at least")
    assert short.stderr.count("\n") == 1


def test_migrating_again_changes_nothing(running: Install) -> None:
    for options in ((), ("--pre",)):
        done = running.run("migrate", *options, "--data-dir", str(running.data))
        assert done.stdout == "the database is up to date\n"


def test_a_log_is_imported_once_however_often_it_is_given(running: Install) -> None:
    log = running.folder / "access.log"
    log.write_text(
        "".join(LOG_LINE % (n % 5, n, n) for n in range(40)) + LOG_LINE % (4, 39, 39) + ASSET_LINE + "junk\n"
    )
    arguments = ("import-log", "demo", str(log), "--url", "https://example.com", "--data-dir", str(running.data))
    first, second = running.run(*arguments), running.run(*arguments)
    assert first.returncode == 0, first.stderr
    assert second.returncode == 0, second.stderr
    for text in ("sent as page views", "41", "skipped: asset, feed or download", "lines read", "43"):
        assert text in first.stdout
    token = running.token()
    summary = f"{running.api}/api/v1/sites/demo/stats/summary?period=custom&from=2025-05-17&to=2025-05-17"
    wait_until(lambda: running.get(summary, token)["pageviews"] >= 41)
    time.sleep(1)  # were anything counted twice, it would be by now
    assert running.get(summary, token)["pageviews"] == 41
    assert running.get(summary, token)["visitors"] == 5


def test_a_missing_log_an_unknown_site_and_a_wrong_password_are_one_line_each(running: Install) -> None:
    data = ("--data-dir", str(running.data))
    missing = running.run("import-log", "demo", "/nowhere/access.log", *data)
    unknown = running.run("import-log", "nowhere", __file__, *data)
    wrong = running.run("import-log", "demo", __file__, *data, password="not the password")
    for outcome, code, words in (
        (missing, 1, "/nowhere/access.log: No such file"),
        (unknown, 5, "nowhere"),
        (wrong, 3, "log in"),
    ):
        assert outcome.returncode == code
        assert outcome.stderr.startswith("pyuniqvisit: ")
        assert words in outcome.stderr
        assert outcome.stderr.count("\n") == 1


def test_each_process_that_is_killed_comes_back_and_beacons_count_again(running: Install) -> None:
    for name in ("worker", "collector", "valkey", "postgres"):
        before = {process.name: process for process in running.processes()}
        os.kill(before[name].pid, signal.SIGKILL)
        running.wait_for(f"{name} ended (")
        wait_until(lambda name=name, before=before: {p.name: p for p in running.processes()}[name] != before[name])
    wait_until(lambda: accepts(running))
    wait_until(lambda: is_ready(running.api))


def accepts(install: Install) -> bool:
    try:
        install.post(f"{install.collector}/collect", {"site": "demo", "url": "https://anywhere.example/again"})
    except OSError:
        return False
    return True


def is_ready(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/health/ready", timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_end_it_stops_all_in_order(ended: Install, number: signal.Signals) -> None:
    ended.up(password=None)
    processes = ended.processes()
    assert [process.name for process in processes] == ["collector", "worker", "api", "valkey", "postgres"]
    assert ended.end(number) == 0
    assert ended.text.rstrip().endswith("stopped")
    assert "Password  " not in ended.text
    assert not [process for process in processes if is_running(process)]


def test_a_supervisor_that_was_killed_leaves_nothing_in_the_way_of_the_next(ended: Install) -> None:
    ended.up(password=None)
    processes = ended.processes()
    assert ended.end(signal.SIGKILL) == -signal.SIGKILL
    ended.up(password=None)
    assert not [process for process in processes if is_running(process)]
    assert ended.end(signal.SIGTERM) == 0


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    """An install that ran before and has its random password behind it."""
    install = Install(tmp_path_factory.mktemp("ended"))
    install.up(password=None)
    assert re.search(r"Password +\S{16}\n", install.text)
    assert install.end(signal.SIGTERM) == 0
    yield install
    if install.supervisor is not None and install.supervisor.poll() is None:
        install.end(signal.SIGTERM)


def test_without_an_install_commands_say_where_they_looked(tmp_path: Path) -> None:
    install = Install(tmp_path)
    for command in (("migrate",), ("create-admin", "alice")):
        outcome = install.run(*command, "--data-dir", str(tmp_path / "nothing"))
        assert outcome.returncode == 1
        assert outcome.stderr.startswith("pyuniqvisit: no database: ")
        assert outcome.stderr.count("\n") == 1


def test_data_of_another_postgresql_version_is_one_line(tmp_path: Path) -> None:
    install = Install(tmp_path)
    (install.data / "postgres").mkdir(parents=True)
    (install.data / "version").write_text("1\n")
    (install.data / "postgres" / "PG_VERSION").write_text("12\n")
    outcome = install.run(*install.arguments)
    assert outcome.returncode == 1
    assert re.fullmatch(r"pyuniqvisit: PostgreSQL: .* holds data of version 12, this is version .*\n", outcome.stderr)


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    install = Install(tmp_path)
    config = tmp_path / "config.yml"
    config.write_text("api:\n  prot: 9000\n")
    outcome = install.run(*install.arguments, "--config", str(config))
    assert (outcome.returncode, outcome.stderr) == (1, "pyuniqvisit: api.prot: unknown key\n")


def test_help_names_every_command(tmp_path: Path) -> None:
    text = Install(tmp_path).run("--help").stdout
    assert all(command in text for command in ("up", "migrate", "create-admin", "import-log", "version"))


def test_a_typing_mistake_is_exit_code_2(tmp_path: Path) -> None:
    outcome = Install(tmp_path).run("upp")
    assert outcome.returncode == 2
    assert "upp" in outcome.stderr


def test_the_demo_site_gets_a_year_of_visits_but_not_beside_another_past_by_accident(running: Install) -> None:
    refused = running.run("demo-data", "--visits", "300", "--data-dir", str(running.data))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "has its visits already" in refused.stderr

    told = running.run("demo-data", "--visits", "300", "--again", "--data-dir", str(running.data))
    assert told.returncode == 0, told.stderr
    year = running.get(f"{running.api}/api/v1/sites/demo/stats/summary?period=year", running.token())
    assert 200 < year["visits"] < 400
    assert year["pageviews"] > year["visits"] > year["visitors"]
    bots = running.get(f"{running.api}/api/v1/sites/demo/bots?period=year", running.token())
    assert {"ua:crawler", "ua:ai-crawler"} <= {rule["rule"] for rule in bots["rules"]}
    assert (bots["human"]["visits"], bots["allowed"]["visits"]) == (year["visits"], 0)
    assert 10 < bots["bots"]["visits"] < 100


def test_the_demo_site_counts_programs_that_try_it_out_but_no_crawlers(running: Install) -> None:
    wanted = running.get(f"{running.api}/api/v1/sites/demo/bots/overrides", running.token())
    assert {each["action"] for each in wanted["overrides"]} == {"block"}
    kept_apart = {each["value"] for each in wanted["overrides"]}
    assert kept_apart >= {"ua:crawler", "ua:ai-crawler"}
    assert kept_apart.isdisjoint({"ua:headless", "hint:webdriver", "ua:http-library"})
    assert wanted["recount"]["running"] is False
