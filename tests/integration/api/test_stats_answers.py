"""How reports are answered: compared, narrowed, as CSV, with a tag, and out of memory."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from tests.integration.api.seeding import store
from tests.support.beacons import beacon_maker
from tests.support.rows import add_visit

ADA, BOB = bytes([1]) * 16, bytes([2]) * 16
REPORTS = ("summary", "timeseries", "breakdown/page")


@pytest.fixture
async def site(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example", "timezone": "UTC"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
def ask(client, admin):
    async def get(report, headers=None, **query):
        url = f"/api/v1/sites/shop/stats/{report}"
        params = {key.rstrip("_"): str(value) for key, value in query.items()}
        return await client.get(url, params=params, headers={**admin.headers, **(headers or {})})

    return get


async def test_comparison_reports_earlier_period(site, ask, clock, pool):
    await add_visit(pool, site, clock.now, visitor=ADA, pageviews=(0, 1, 2))
    await add_visit(pool, site, clock.now - timedelta(days=7), visitor=ADA)
    await add_visit(pool, site, clock.now - timedelta(days=8), visitor=BOB)
    await add_visit(pool, site, clock.now - timedelta(days=365), visitor=BOB, pageviews=(0, 1))
    before = (await (await ask("summary", period="7d", compare="previous")).json())["comparison"]
    assert (before["from"], before["to"]) == ("2046-11-09", "2046-11-15")
    assert (before["visitors"], before["pageviews"]) == (2, 2)
    year = (await (await ask("summary", period="7d", compare="year")).json())["comparison"]
    assert (year["from"], year["to"], year["pageviews"]) == ("2045-11-16", "2045-11-22", 2)
    series = await (await ask("timeseries", period="7d", compare="previous")).json()
    assert [point["visits"] for point in series["comparison"]["points"]] == [0, 0, 0, 0, 0, 1, 1]
    own = {"compare": "custom", "compare_from": "2046-11-15", "compare_to": "2046-11-15"}
    page = await (await ask("breakdown/page", period="7d", **own)).json()
    assert page["compared_days"] == {"from": "2046-11-15", "to": "2046-11-15"}
    assert [(row["pageviews"], row["comparison"]["pageviews"]) for row in page["rows"]] == [(3, 1)]


@pytest.mark.parametrize(
    ("period", "compare", "days"),
    [
        ("day", "previous", ("2046-11-21", "2046-11-21")),
        ("30d", "previous", ("2046-09-24", "2046-10-23")),
        ("month", "previous", ("2046-10-01", "2046-10-22")),
        ("6mo", "previous", ("2045-12-01", "2046-05-24")),
        ("year", "year", ("2044-12-01", "2045-11-22")),
    ],
)
async def test_period_is_compared_with_same_number_of_elapsed_days(site, ask, period, compare, days):
    found = (await (await ask("summary", period=period, compare=compare)).json())["comparison"]
    assert (found["from"], found["to"]) == days


async def test_only_requested_metrics_are_returned(site, ask):
    answer = await (await ask("summary", period="7d", metrics="visitors,bounce_rate")).json()
    assert (answer["visitors"], answer["bounce_rate"], answer["visits"]) == (0, 0.0, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"metrics": "visitors,speed"}, "metrics"),
        ({"metrics": ""}, "metrics"),
        ({"compare": "custom"}, "compare_from"),
        ({"compare": "custom", "compare_from": "2046-01-02"}, "compare_to"),
        ({"compare": "custom", "compare_from": "2046-01-02", "compare_to": "2046-01-01"}, "compare_to"),
        ({"compare": "year", "compare_from": "2046-01-02"}, "compare_from"),
        ({"compare_to": "2046-01-02"}, "compare_to"),
        ({"format": "xls"}, "format"),
    ],
)
async def test_invalid_parameter_is_named(site, ask, query, field):
    answer = await ask("summary", **query)
    assert (answer.status, (await answer.json())["field"]) == (400, field)


async def test_csv_has_all_rows_and_no_formulas(site, ask, clock, redis, api_settings):
    make = beacon_maker()
    at = int(clock.now.timestamp() * 1000)
    pages = ['/=HYPERLINK("http://evil.example")', "/a,b", '/"q"', "/ü"]
    name = '=HYPERLINK("http://evil.example")'
    beacons = [make(at + n, path=page, site_id=site) for n, page in enumerate(pages)]
    beacons.append(make(at + 9, path="/", site_id=site, kind=2, name=name))
    await store(beacons, api_settings, redis, clock)
    answer = await ask("breakdown/page", period="day", format="csv", metrics="pageviews,visits")
    assert answer.content_type == "text/csv"
    assert 'filename="shop-breakdown-2046-11-22-2046-11-22.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(StringIO(await answer.text())))
    assert rows[0] == ["page", "pageviews"]
    assert sorted(row[0] for row in rows[1:]) == sorted([*pages, "/"])
    events = list(csv.reader(StringIO(await (await ask("breakdown/event", period="day", format="csv")).text())))
    assert events == [["event", "visitors", "events"], [f"'{name}", "1", "1"]]
    totals = list(csv.reader(StringIO(await (await ask("summary", format="csv", compare="year")).text())))
    assert (len(totals), totals[0][:3], totals[1][2], totals[2][2]) == (3, ["from", "to", "visitors"], "1", "0")
    series = list(csv.reader(StringIO(await (await ask("timeseries", format="csv", compare="year")).text())))
    assert (len(series), series[0][0], series[0][11]) == (31, "time", "compared_time")


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("report", REPORTS)
async def test_unchanged_report_returns_not_modified(site, ask, clock, pool, report, form):
    first = await ask(report, period="7d", format=form)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "private, no-cache"
    clock.forward(timedelta(minutes=1))
    again = await ask(report, headers=tag, period="7d", format=form)
    assert (again.status, await again.read()) == (304, b"")
    assert (
        await ask(report, headers={"If-None-Match": f"W/{first.headers['ETag']}"}, period="7d", format=form)
    ).status == 304
    await add_visit(pool, site, clock.now, visitor=ADA)
    changed = await ask(report, headers=tag, period="7d", format=form)
    assert (changed.status, changed.headers["ETag"] == first.headers["ETag"]) == (200, False)


async def test_past_days_are_cached_until_they_change(site, ask, clock, pool):
    async def visits(**query):
        return (await (await ask("summary", **query)).json())["visits"]

    over = {"period": "custom", "from_": "2046-11-01", "to": "2046-11-21"}
    at = datetime(2046, 11, 10, tzinfo=UTC)
    await add_visit(pool, site, at, visitor=ADA)
    assert await visits(**over) == 1
    # Written without the worker, so the cache is not invalidated and keeps its result.
    await add_visit(pool, site, at, visitor=BOB)
    assert await visits(**over) == 1
    assert await visits(period="30d") == 2, "the period includes today"
    await pool.execute("insert into stale_days values (0, $1, '2046-11-10', false, now())", site)
    assert await visits(**over) == 2, "a stale day is not cached"
    await pool.execute("delete from stale_days")
    assert await visits(**over) == 1
    await pool.execute("insert into rollup_state values ($1, 1)", site)
    assert await visits(**over) == 2, "the rollups have a new version"
