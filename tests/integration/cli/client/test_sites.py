"""Sites, their reports and what belongs to them, by commands."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.clock import system_clock, utc
from common.config import Settings
from services.worker.deletion.data_retention import ExpiredDataDeletion
from tests.integration.cli.client.conftest import PASSWORD, Run, assert_fails
from tests.support.rows import add_visit
from tests.support.waiting import until


async def test_delete_requires_confirmation(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    result = await ada("sites", "delete", "shop", typed="n\n")
    assert result.code == 130
    assert (await ada("sites", "show", "shop")).code == 0


async def test_sites_are_created_shown_updated_and_deleted(ada: Run, url: str):
    assert "No sites yet" in (await ada("sites", "list")).out
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
    assert_fails(await ada("sites", "create", "shop", "https://shop.example"), 1, "name")
    assert_fails(await ada("sites", "create", "sh op", "https://shop.example"), 1, "name")
    assert (await ada("sites", "update", "shop")).code == 2

    snippet = (await ada("sites", "snippet", "shop")).out
    assert 'data-site="shop"' in snippet
    assert "/uv.js" in snippet

    assert (await ada("sites", "delete", "shop", "--yes")).code == 0
    assert_fails(await ada("sites", "show", "shop"), 5, "the site does not exist")
    assert json.loads((await ada("sites", "deletions", "--json")).out)["deletions"][0]["name"] == "shop"


async def test_member_can_access_site_until_removed(ada: Run, url: str):
    await ada("users", "create", "bob", "--password-stdin", typed="a long enough phrase")
    await ada("sites", "create", "shop", "https://shop.example")
    assert (await ada("sites", "add-member", "shop", "bob")).code == 0
    assert "bob" in (await ada("sites", "members", "shop")).out
    assert_fails(await ada("sites", "add-member", "shop", "mallory"), 5)

    await ada("login", "bob", "--api", url, "--password-stdin", typed="a long enough phrase")
    assert (await ada("stats", "shop")).code == 0
    assert_fails(await ada("visitors", "list", "shop"), 3, "administrator")
    assert_fails(await ada("stats", "another"), 5, "the site does not exist")

    await ada("login", "ada", "--api", url, "--password-stdin", typed=PASSWORD)
    assert (await ada("sites", "remove-member", "shop", "bob")).code == 0
    assert "only administrators" in (await ada("sites", "members", "shop")).out


async def test_stats_prints_a_graph_or_json_or_csv(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    shown = (await ada("stats", "shop", "--period", "7d")).out
    assert "▁▁▁▁▁▁▁  visitors per day" in shown
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
    assert "Compared with" in compared
    assert "Bounce rate" not in compared
    overview = (await ada("sites", "overview", "--period", "7d", "--csv")).out.splitlines()
    assert overview == [
        "site,visitors,change,visits,pageviews,current_visitors,sparkline",
        'shop,0,,0,0,0,"[0, 0, 0, 0, 0, 0, 0]"',
    ]
    assert (await ada("stats", "shop", "--by", "source", "--compare", "year")).code == 0
    assert (await ada("stats", "shop", "--by", "source")).out == "No data\n"
    assert (await ada("stats", "shop", "--by", "country", "--filter", "browser:is:Firefox")).code == 0
    assert_fails(await ada("stats", "shop", "--filter", "nonsense"), 1, "filter")
    assert_fails(await ada("stats", "shop", "--by", "nonsense"), 5, "dimension")
    assert (await ada("stats", "shop", "--from", "2026-01-01")).code == 2
    assert (await ada("stats", "shop", "--period", "week")).code == 2


async def test_visitor_without_data_can_be_looked_up_and_erased(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    found = await ada("visitors", "lookup", "shop", "0123456789abcdef" * 2)
    assert (found.code, found.err) == (0, "No data is stored about this visitor\n")
    visitor = found.out.strip()
    assert_fails(await ada("visitors", "show", "shop", visitor), 5)
    assert (await ada("visitors", "list", "shop")).out == "No visitors found\n"
    erased = await ada("visitors", "erase", "shop", visitor, "--yes")
    assert (erased.code, erased.out) == (0, "Erased 0 visits and 0 events\n")


async def test_events_are_sent_once_and_invalid_lines_are_reported(ada: Run, tmp_path: Path, redis: Any):
    await ada("sites", "create", "shop", "https://shop.example")
    good = {"url": "https://shop.example/", "ip": "203.0.113.7", "user_agent": "Firefox", "time": system_clock() - 1000}
    lines = tmp_path / "events.jsonl"
    lines.write_text(json.dumps(good) + "\n\n" + json.dumps(good | {"url": "nowhere"}) + "\n")
    result = await ada("events", "send", "shop", str(lines))
    assert (result.code, result.out) == (1, "1 of 2 events accepted\n")
    assert [line.partition(":")[0] for line in result.err.splitlines()] == ["line 3", "pyuniqvisit"]

    result = await ada("events", "send", "shop", typed=json.dumps(good))
    assert (result.code, result.out) == (0, "1 of 1 events accepted\n")
    assert_fails(await ada("events", "send", "shop", typed="{"), 1, "line 1: not JSON")
    assert_fails(await ada("events", "send", "another", typed=json.dumps(good)), 5, "the site does not exist")


async def test_log_import_uses_current_login(ada: Run, tmp_path: Path, redis: Any):
    await ada("sites", "create", "shop", "https://shop.example")
    log = tmp_path / "access.log"
    log.write_text('81.2.69.1 - - [17/May/2025:10:00:00 +0000] "GET /page HTTP/1.1" 200 1 "-" "Firefox"\n')

    result = await ada("import-log", "shop", str(log))

    assert (result.code, result.err) == (0, "")
    assert "imported as page views" in result.out
    assert sum([await redis.xlen(f"beacons:{shard}") for shard in range(4)]) == 1


async def test_share_works_until_revoked(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    made = await ada("shares", "create", "shop", "the board", "--password-stdin", typed="a long enough phrase")
    assert made.code == 0
    assert "not shown again" in made.err
    listed = json.loads((await ada("shares", "list", "shop", "--json")).out)["shares"]
    assert [(share["name"], share["has_password"]) for share in listed] == [("the board", True)]
    assert made.out.strip() not in json.dumps(listed)
    assert (await ada("shares", "revoke", "shop", listed[0]["id"])).code == 0
    assert (await ada("shares", "list", "shop")).out == "No shares of shop\n"


async def test_site_is_exported_and_imported(ada: Run, pool: Any, tmp_path: Path):
    for name in ("shop", "copy"):
        assert (await ada("sites", "create", name, "https://shop.example")).code == 0
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    await add_visit(pool, site_id, utc(system_clock()) - timedelta(hours=1), visitor=bytes(16), seconds=2, events=(1,))
    for file in ("shop.parquet", "shop.jsonl"):
        result = await ada("export", "shop", file)
        assert result == (0, f"Exported shop to {file} ({(tmp_path / file).stat().st_size:,} bytes)\n", "")
    assert (tmp_path / "shop.parquet").read_bytes().startswith(b"PAR1")
    assert (tmp_path / "shop.jsonl").read_text().startswith('{"format":')
    imported = await ada("import", "copy", "shop.parquet")
    assert imported == (0, "Visits: 1 imported, 0 already stored\nEvents: 2 imported, 0 already stored\n", "")
    answer = json.loads((await ada("import", "copy", "shop.jsonl", "--json")).out)
    assert (answer["visits"], answer["events"]) == ({"read": 1, "stored": 0}, {"read": 2, "stored": 0})


async def test_file_that_is_no_export_is_rejected_in_one_line(ada: Run, tmp_path: Path):
    await ada("sites", "create", "shop", "https://shop.example")
    (tmp_path / "large.txt").write_bytes(b"not an export " * 1_000_000)
    assert_fails(await ada("import", "shop", "large.txt"), 1, "not a PyUniqVisit export")
    assert_fails(await ada("export", "nowhere", "nowhere.parquet"), 5, "the site does not exist")
    assert not (tmp_path / "nowhere.parquet").exists()
    assert not (tmp_path / "nowhere.parquet.part").exists()


async def test_goals_and_funnels_are_created_reported_and_deleted(ada: Run, pool: Any):
    await ada("sites", "create", "shop", "https://shop.example")
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    await add_visit(pool, site_id, utc(system_clock()) - timedelta(minutes=5), visitor=bytes(16), pageviews=(0, 60))
    assert "No goals for shop yet" in (await ada("goals", "list", "shop")).out
    made = await ada("goals", "create", "shop", "Signed up", "--event", "signup", "--property", "plan=pro")
    assert made.out == "Created goal Signed up: event:signup plan=pro\n"
    assert (await ada("goals", "create", "shop", "Looked", "--page", "*")).code == 0
    assert_fails(await ada("goals", "create", "shop", "Looked", "--page", "/"), 1, "name")
    assert (await ada("goals", "create", "shop", "Neither")).code == 2
    rows = (await ada("goals", "stats", "shop", "--period", "7d", "--csv")).out.splitlines()
    assert rows == ["name,visitors,conversions,conversion_rate", "Looked,1,2,100.0", "Signed up,0,0,0.0"]

    made = await ada("funnels", "create", "shop", "In", "*", "/*", "goal:Signed up", "--within", "visit")
    assert made.out == "Created funnel In: *, /*, goal:Signed up\n"
    assert (await ada("funnels", "create", "shop", "Wrong", "here", "there")).code == 2
    assert_fails(await ada("goals", "delete", "shop", "Signed up"), 1, "funnel")
    rows = (await ada("funnels", "stats", "shop", "In", "--csv")).out.splitlines()
    assert rows[1:] == ["*,1,0,100.0,100.0", "/*,1,0,100.0,100.0", "goal:Signed up,0,1,0.0,0.0"]
    assert "visit" in (await ada("funnels", "list", "shop")).out
    assert_fails(await ada("funnels", "stats", "shop", "Out"), 5, "Out")
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
    assert (await ada("data-retention")).code == 0, "a site without data retention must not be waited for"
    page = await pool.fetchval("select path from events limit 1")
    assert (await ada("paths", "shop", "--csv")).out.splitlines()[1].endswith(",1,1")
    assert (await ada("paths", "shop", "--page", page, "--csv")).out.splitlines()[1:] == ["before,,1", "after,,1"]
    assert "→" not in (await ada("paths", "shop", "--filter", "country:is:GB")).out


async def test_insights_are_requested_and_shown(ada: Run, pool: Any, monkeypatch: pytest.MonkeyPatch):
    await ada("sites", "create", "shop", "https://shop.example")
    site_id = await pool.fetchval("select id from sites where name = 'shop'")
    assert (
        await ada("insights", "shop")
    ).out == "Not computed yet; insights are computed every night, or now with --refresh\n"
    assert (await ada("insights", "shop", "summary", "--days", "3")).code == 2

    async def work() -> None:
        """Act like a worker that handles a request."""

        async def is_requested() -> bool:
            return await pool.fetchval("select count(*) from insight_requests") > 0

        await until(is_requested)
        refused = {"refused": {"reason": "too-few-days", "have": 3, "needed": 28}}
        keep = "insert into insights values ($1, 'forecast', now(), $2)"
        await pool.execute(keep, site_id, refused)
        await pool.execute("delete from insight_requests")

    monkeypatch.setattr("services.cli.commands.insights._POLL_SECONDS", 0.05)
    worker = asyncio.create_task(work())
    result = await ada("insights", "shop", "forecast", "--refresh")
    await worker
    assert result.out == "Not enough data: 3 days of data, but 28 are needed\n"

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


async def test_data_retention_waits_for_worker_and_reports_deleted_rows(
    ada: Run, settings: Settings, pool: Any, monkeypatch: pytest.MonkeyPatch
):
    await ada("sites", "create", "shop", "https://shop.example")
    await ada("sites", "create", "blog", "https://blog.example")  # without data retention, so it is not waited for
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

    async def is_requested() -> bool:
        return await pool.fetchval("select count(*) from data_retention_runs where finished_at is null") > 0

    await until(is_requested)
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await ExpiredDataDeletion(pool, range(settings.install.shards), system_clock).run(60)
    result = await waiting
    assert result.code == 0
    rows = {row.split(",")[0]: row.split(",")[3:] for row in result.out.splitlines()[1:]}
    assert rows["shop"] == ["2", "4", "2", "0"]
    assert await pool.fetchval("select count(*) from visits") == 1
    assert await pool.fetchval("select count(*) from events") == 2


async def test_alerts_are_created_tested_and_deleted(ada: Run):
    await ada("sites", "create", "shop", "https://shop.example")
    assert "No alerts for shop yet" in (await ada("alerts", "list", "shop")).out
    made = (await ada("alerts", "create", "shop", "silence", "owner@shop.example", "--minutes", "15")).out
    assert "Created silence alert " in made
    assert "uvs_" in (await ada("alerts", "create", "shop", "spike", "https://hooks.example/")).out
    assert_fails(await ada("alerts", "create", "shop", "spike", "mallory"), 1, "email address")
    number = made.split()[3]
    assert "No deliveries yet" in (await ada("alerts", "deliveries", "shop", number)).out
    assert (await ada("alerts", "test", "shop", number)).code == 0
    assert "test:" in (await ada("alerts", "deliveries", "shop", number, "--csv")).out
    assert (await ada("alerts", "delete", "shop", number)).code == 0
    assert_fails(await ada("alerts", "deliveries", "shop", number), 5, "the alert does not exist")
