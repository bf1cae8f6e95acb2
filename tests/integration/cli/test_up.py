"""`pyuniqvisit up` and the commands that use its install, with real processes."""

import json
import os
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.up.processes import is_running
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


def test_startup_message_has_urls_username_and_snippet(running: Install) -> None:
    assert f"{running.api}/demo/" in running.text
    assert "admin" in running.text
    assert PASSWORD not in running.text
    assert f'<script defer src="{running.collector}/uv.js" data-site="demo"></script>' in running.text


def test_beacon_from_any_origin_is_counted_for_demo_site(running: Install) -> None:
    running.post(f"{running.collector}/collect", {"site": "demo", "url": "https://anywhere.example/hello"})
    token = running.token()
    summary = f"{running.api}/api/v1/sites/demo/stats/summary?period=day"
    wait_until(lambda: running.get(summary, token)["pageviews"] == 1)


def test_secrets_are_private_and_not_on_command_lines(running: Install) -> None:
    secrets = json.loads((running.data / "secrets.json").read_text())
    assert (running.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert running.data.stat().st_mode & 0o777 == 0o700
    for process in running.processes():
        arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert not [name for name, secret in secrets.items() if secret in arguments]


def test_second_up_on_same_data_directory_is_refused_in_one_line(running: Install) -> None:
    refused = running.run(*running.arguments)
    assert refused.returncode == 1
    assert re.fullmatch(
        r"pyuniqvisit: data directory .*: in use by another `pyuniqvisit up`; stop that first\n", refused.stderr
    )


def test_port_in_use_is_reported_in_one_line_and_nothing_is_started(running: Install, tmp_path: Path) -> None:
    port = running.api.rpartition(":")[2]
    refused = running.run("up", "--data-dir", str(tmp_path / "data"), "--api-port", port)
    assert refused.returncode == 1
    assert re.fullmatch(
        rf"pyuniqvisit: port {port} on 127\.0\.0\.1 for the API is already in use; .*--api-port\n",
        refused.stderr,
    )
    assert not (tmp_path / "data" / "postgres").exists()


def test_administrator_is_created_once(running: Install) -> None:
    arguments = ("create-admin", "alice", "--data-dir", str(running.data))
    assert running.run(*arguments).stdout == "Created administrator alice\n"
    again = running.run(*arguments)
    assert (again.returncode, again.stderr) == (1, "pyuniqvisit: user alice already exists; choose another name\n")
    short = running.run("create-admin", "bob", "--data-dir", str(running.data), password="short")
    assert short.returncode == 1
    assert short.stderr.startswith("pyuniqvisit: a password must have at least")
    assert short.stderr.count("\n") == 1


def test_migrate_is_safe_to_repeat(running: Install) -> None:
    for options in ((), ("--pre",)):
        done = running.run("migrate", *options, "--data-dir", str(running.data))
        assert done.stdout == "The database is up to date\n"


def test_repeated_log_import_counts_nothing_twice(running: Install) -> None:
    log = running.folder / "access.log"
    log.write_text(
        "".join(LOG_LINE % (n % 5, n, n) for n in range(40)) + LOG_LINE % (4, 39, 39) + ASSET_LINE + "junk\n"
    )
    arguments = ("import-log", "demo", str(log), "--url", "https://example.com", "--data-dir", str(running.data))
    first, second = running.run(*arguments), running.run(*arguments)
    assert first.returncode == 0, first.stderr
    assert second.returncode == 0, second.stderr
    for text in ("imported as page views", "41", "skipped: asset, feed or download", "lines read", "43"):
        assert text in first.stdout
    token = running.token()
    summary = f"{running.api}/api/v1/sites/demo/stats/summary?period=custom&from=2025-05-17&to=2025-05-17"
    wait_until(lambda: running.get(summary, token)["pageviews"] >= 41)
    time.sleep(1)  # enough for anything to be counted twice
    assert running.get(summary, token)["pageviews"] == 41
    assert running.get(summary, token)["visitors"] == 5


def test_errors_of_log_import_are_one_line(running: Install) -> None:
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


def test_killed_processes_are_restarted_and_beacons_are_accepted_again(running: Install) -> None:
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
def test_every_stop_signal_stops_all_processes_in_order(stopped_install: Install, number: signal.Signals) -> None:
    stopped_install.up(password=None)
    processes = stopped_install.processes()
    assert [process.name for process in processes] == ["collector", "worker", "api", "valkey", "postgres"]
    assert stopped_install.end(number) == 0
    assert stopped_install.text.rstrip().endswith("Stopped")
    assert "Password  " not in stopped_install.text
    assert not [process for process in processes if is_running(process)]


def test_next_up_stops_processes_of_killed_supervisor(stopped_install: Install) -> None:
    stopped_install.up(password=None)
    processes = stopped_install.processes()
    assert stopped_install.end(signal.SIGKILL) == -signal.SIGKILL
    stopped_install.up(password=None)
    assert not [process for process in processes if is_running(process)]
    assert stopped_install.end(signal.SIGTERM) == 0


@pytest.fixture(scope="module")
def stopped_install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    """An install after its first run, which printed the generated password."""
    install = Install(tmp_path_factory.mktemp("ended"))
    install.up(password=None)
    assert re.search(r"Password +\S{16}\n", install.text)
    assert install.end(signal.SIGTERM) == 0
    yield install
    if install.supervisor is not None and install.supervisor.poll() is None:
        install.end(signal.SIGTERM)


def test_commands_without_install_report_where_they_looked(tmp_path: Path) -> None:
    install = Install(tmp_path)
    for command in (("migrate",), ("create-admin", "alice")):
        outcome = install.run(*command, "--data-dir", str(tmp_path / "nothing"))
        assert outcome.returncode == 1
        assert outcome.stderr.startswith("pyuniqvisit: no database: ")
        assert outcome.stderr.count("\n") == 1


def test_data_of_another_postgresql_version_is_reported_in_one_line(tmp_path: Path) -> None:
    install = Install(tmp_path)
    (install.data / "postgres").mkdir(parents=True)
    (install.data / "version").write_text("1\n")
    (install.data / "postgres" / "PG_VERSION").write_text("12\n")
    outcome = install.run(*install.arguments)
    assert outcome.returncode == 1
    assert re.fullmatch(
        r"pyuniqvisit: PostgreSQL: .* contains data of version 12, but this is version .*\n", outcome.stderr
    )


def test_unknown_setting_is_reported_in_one_line(tmp_path: Path) -> None:
    install = Install(tmp_path)
    config = tmp_path / "config.yml"
    config.write_text("api:\n  prot: 9000\n")
    outcome = install.run(*install.arguments, "--config", str(config))
    assert (outcome.returncode, outcome.stderr) == (1, "pyuniqvisit: api.prot: unknown key\n")


def test_help_lists_commands(tmp_path: Path) -> None:
    text = Install(tmp_path).run("--help").stdout
    assert all(command in text for command in ("up", "migrate", "create-admin", "import-log", "version"))


def test_unknown_command_exits_with_2(tmp_path: Path) -> None:
    outcome = Install(tmp_path).run("upp")
    assert outcome.returncode == 2
    assert "upp" in outcome.stderr


def test_demo_data_adds_a_year_of_visits_once(running: Install) -> None:
    refused = running.run("demo-data", "--visits", "300", "--data-dir", str(running.data))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "already has demo data" in refused.stderr

    added = running.run("demo-data", "--visits", "300", "--again", "--data-dir", str(running.data))
    assert added.returncode == 0, added.stderr
    year = running.get(f"{running.api}/api/v1/sites/demo/stats/summary?period=year", running.token())
    assert 200 < year["visits"] < 400
    assert year["pageviews"] > year["visits"] > year["visitors"]
    bots = running.get(f"{running.api}/api/v1/sites/demo/bots?period=year", running.token())
    assert {"ua:crawler", "ua:ai-crawler"} <= {rule["rule"] for rule in bots["rules"]}
    assert (bots["human"]["visits"], bots["allowed"]["visits"]) == (year["visits"], 0)
    assert 10 < bots["bots"]["visits"] < 100


def test_demo_site_counts_scripts_but_blocks_crawlers(running: Install) -> None:
    response = running.get(f"{running.api}/api/v1/sites/demo/bots/overrides", running.token())
    assert {each["action"] for each in response["overrides"]} == {"block"}
    blocked = {each["value"] for each in response["overrides"]}
    assert blocked >= {"ua:crawler", "ua:ai-crawler"}
    assert blocked.isdisjoint({"ua:headless", "hint:webdriver", "ua:http-library"})
    assert response["recount"]["running"] is False
