"""An import stores the exported rows with the same numbers, no matter how often it is repeated."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from common.clock import utc
from tests.integration.api.conftest import NOW
from tests.integration.api.seeding import place_visitors, some_beacons, store
from tests.support.rows import add_visit

FORMATS = ("parquet", "jsonl")
DIMENSIONS = (
    "page", "entry", "exit", "hostname", "referrer", "source", "channel", "utm_source", "utm_campaign", "country",
    "region", "city", "browser", "browser_version", "os", "device", "screen", "language", "event", "link", "property",
    "property.plan",
)  # fmt: skip
ZONE = ZoneInfo("Pacific/Auckland")


@pytest.fixture
async def shop(here, redis, clock):
    """A site with every kind of visit, across the end of a month and until today."""
    site_id = await here.make_site("shop")
    begin, end = NOW - timedelta(days=30), NOW - timedelta(hours=4)
    await store(some_beacons(Random(11), site_id, begin, end), here.settings, redis, clock)
    await place_visitors(here.pool)
    return site_id


@pytest.mark.parametrize("format_", FORMATS)
async def test_imported_rows_equal_exported_rows(here, there, shop, format_):
    other = await there.make_site("market")
    answer = await there.import_file("market", await here.export("shop", format=format_))
    expected = await here.rows(shop)
    assert len(expected["visits"]) > 100
    assert any("bot_reason', 'ua" in str(row) for row in expected["visits"]), "bots are included, with their reasons"
    assert await there.rows(other) == expected
    assert answer == {
        "visits": {"read": len(expected["visits"]), "stored": len(expected["visits"])},
        "events": {"read": len(expected["events"]), "stored": len(expected["events"])},
        "erased": 0,
        "without_visit": 0,
        "settings_differ": [],
    }


async def test_imported_site_exports_the_same_rows_in_both_formats(here, there, shop):
    await there.make_site("market")
    await there.import_file("market", await here.export("shop", format="parquet"))
    back = await there.export("market", format="jsonl")
    first, second = (sorted(file.splitlines()[1:]) for file in (await here.export("shop", format="jsonl"), back))
    assert first == second


@pytest.mark.parametrize("format_", FORMATS)
async def test_reports_of_exported_and_imported_site_are_equal(here, there, shop, format_):
    await there.make_site("market")
    await there.import_file("market", await here.export("shop", format=format_))
    first, last = ((NOW - timedelta(days=days)).astimezone(ZONE).date().isoformat() for days in (33, 0))
    queries = [("summary", {}), ("timeseries", {"interval": "day"}), ("timeseries", {"interval": "week"})]
    queries += [(f"breakdown/{dimension}", {"limit": "1000"}) for dimension in DIMENSIONS]
    queries += [("summary", {"filter": "browser:is:Chrome"}), ("breakdown/page", {"filter": "country:is:NZ"})]
    for report, query in queries:
        numbers = []
        for install, site in ((here, "shop"), (there, "market")):
            asked = {"period": "custom", "from": first, "to": last, **query}
            answer = await install.client.get(
                f"/api/v1/sites/{site}/stats/{report}", params=asked, headers=install.admin.headers
            )
            assert answer.status == 200, await answer.text()
            numbers.append(_numbers(await answer.json()))
        assert numbers[0] == numbers[1], report


def _numbers(answer):
    """Return a report without the fields that describe how it was computed."""
    return {key: value for key, value in answer.items() if key not in ("site", "accuracy", "as_of")}


async def test_repeated_import_stores_nothing_and_marks_no_day_stale(here, there, shop):
    other = await there.make_site("market")
    file = await here.export("shop", format="parquet")
    await there.import_file("market", file)
    before = await there.rows(other)
    await there.pool.execute("delete from stale_days")
    version = await there.pool.fetchval("select version from rollup_state where site_id = $1", other)
    again = await there.import_file("market", file)
    assert (again["visits"]["stored"], again["events"]["stored"]) == (0, 0)
    assert await there.rows(other) == before
    assert await there.pool.fetchval("select count(*) from stale_days") == 0
    assert await there.pool.fetchval("select version from rollup_state where site_id = $1", other) == version


async def test_import_marks_changed_days_in_the_time_zone_of_the_site(here, there, shop):
    other = await there.make_site("market")
    await there.import_file("market", await here.export("shop", format="jsonl"))
    moments = await here.pool.fetch(
        "select started_at as at from visits where site_id = $1 union select ts from events where site_id = $1", shop
    )
    marked = await there.pool.fetch("select distinct day from stale_days where site_id = $1 and not exits_only", other)
    assert {row["day"] for row in marked} == {row["at"].astimezone(ZONE).date() for row in moments}
    assert await there.pool.fetchval("select version from rollup_state where site_id = $1", other) > 0


async def test_export_of_a_period_contains_its_visits_with_all_their_events(here, shop):
    day = (NOW - timedelta(days=30)).astimezone(ZONE).date().isoformat()
    lines = (await here.export("shop", format="jsonl", **{"from": day, "to": day})).splitlines()
    header, *rows = map(json.loads, lines)
    visits = {(row["visitor_id"], row["visit_started_at"]) for row in rows if row["record"] == "visit"}
    events = [row for row in rows if row["record"] == "event"]
    assert (header["from"], header["to"]) == (day, day)
    assert (header["visits"], header["events"]) == (len(visits), len(events))
    assert {datetime.fromisoformat(start).astimezone(ZONE).date().isoformat() for _, start in visits} == {day}
    stored = await here.pool.fetch("select visitor_id, visit_started_at from events where site_id = $1", shop)
    of_the_day = [row for row in stored if row["visit_started_at"].astimezone(ZONE).date().isoformat() == day]
    assert len(events) == len(of_the_day) > 0
    assert {(row["visitor_id"], row["visit_started_at"]) for row in events} <= visits


async def test_exports_of_two_periods_together_are_complete(here, there, shop):
    other = await there.make_site("market")
    middle = (NOW - timedelta(days=10)).astimezone(ZONE).date()
    await there.import_file("market", await here.export("shop", **{"from": (middle + timedelta(days=1)).isoformat()}))
    await there.import_file("market", await here.export("shop", to=middle.isoformat()))
    assert await there.rows(other) == await here.rows(shop)


async def test_import_updates_a_visit_that_continued(here, there):
    site_id, other = await here.make_site("shop"), await there.make_site("market")
    began = NOW - timedelta(hours=1)
    who = b"anna".ljust(16, b"\0")
    await add_visit(here.pool, site_id, began, visitor=who)
    early = await here.export("shop")
    await there.import_file("market", early)
    await here.pool.execute(
        "update visits set pageviews = 2, ended_at = $1, exit_page = '/thanks'", began + timedelta(minutes=1)
    )
    await there.import_file("market", await here.export("shop"))
    assert await there.rows(other) == await here.rows(site_id)
    assert (await there.import_file("market", early))["visits"]["stored"] == 0, "an older file must not reset the visit"
    assert await there.rows(other) == await here.rows(site_id)


async def test_site_without_visits_is_exported_and_imported(here, there):
    await here.make_site("shop")
    await there.make_site("market", timezone="UTC")
    for format_ in FORMATS:
        answer = await there.import_file("market", await here.export("shop", format=format_))
        assert answer["visits"] == answer["events"] == {"read": 0, "stored": 0}
        assert answer["settings_differ"] == ["timezone"]


async def test_file_describes_its_site_and_the_audit_log_records_transfers(here, shop, clock):
    answer = await here.client.get("/api/v1/sites/shop/export?format=jsonl", headers=here.admin.headers)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="shop.jsonl"'
    assert answer.content_type == "application/x-ndjson"
    header = json.loads((await answer.read()).split(b"\n")[0])
    assert (header["format"], header["version"]) == ("pyuniqvisit-export", 1)
    assert header["exported_at"] == utc(clock()).astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert header["site"]["timezone"] == "Pacific/Auckland"
    assert await here.pool.fetchval("select count(*) from audit_log where action = 'site.export'") == 1
    await here.import_file("shop", await here.export("shop"))
    assert await here.pool.fetchval("select count(*) from audit_log where action = 'site.import'") == 1


async def test_import_does_not_count_beacons(here, there, shop):
    await there.make_site("market")
    await there.import_file("market", await here.export("shop"))
    assert await there.pool.fetchval("select count(*) from ingest_counts") == 0
