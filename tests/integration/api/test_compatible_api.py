"""The endpoints of v01dworks' API."""

from datetime import timedelta

import pytest

from common.beacon import Kind
from common.insights import (
    Anomalies,
    Anomaly,
    Averages,
    Change,
    ExpectedDay,
    Forecast,
    InsightKind,
    MetricForecast,
    Record,
    SiteSummary,
    TooLittle,
    WeekdayAverage,
    WeekOverWeek,
)
from tests.integration.api.seeding import place_visitors, some_visitor, store
from tests.support.beacons import CHROME, beacon_maker

SPAMMER = "python-requests/2.32"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture
def new_site(client, admin, pool):
    async def make(name="shop", **more):
        body = {"name": name, "url": "https://shop.example", "public": True, **more}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
        return await pool.fetchval("select id from sites where name = $1", name)

    return make


@pytest.fixture
def ask(client):
    async def get(address, site="shop", **query):
        answer = await client.get(address, params={"site_id": site, **query})
        assert answer.status == 200, await answer.text()
        return await answer.json()

    return get


@pytest.fixture
def store_insight(pool, clock):
    """Stores an insight as the worker does."""

    async def put(site, kind, insight):
        part = "refused" if isinstance(insight, TooLittle) else "found"
        body = {part: insight.model_dump(mode="json")}
        statement = "insert into insights (site_id, kind, computed_at, body) values ($1, $2, $3, $4)"
        await pool.execute(statement, site, kind.value, clock.now, body)

    return put


def at(clock, days=0, minutes=0):
    return int((clock.now - timedelta(days=days, minutes=minutes)).timestamp() * 1000)


async def test_numbers_equal_those_of_the_reports(new_site, ask, client, clock, pool, redis, settings, admin):
    site = await new_site()
    make = beacon_maker()
    beacons = [
        make(
            at(clock, days=number % 40, minutes=number % 7),
            path=("/", "/a", "/b")[number % 3],
            site_id=site,
            visitor_id=some_visitor(number % 30),
            referrer=("", "https://www.google.com/", "https://www.reddit.com/r/x", "https://other.example/")[
                number % 4
            ],
            user_agent=CHROME,
        )
        for number in range(120)
    ]
    beacons += [
        make(at(clock), kind=Kind.CLICK, name="https://x.example/", site_id=site, visitor_id=some_visitor(number))
        for number in range(5)
    ]
    await store(beacons, settings, redis, clock)
    await place_visitors(pool)
    stats = await ask("/stats")
    assert stats["total_visits"] == 120
    for part in ("countries", "pages", "devices", "browsers", "os", "referrers"):
        assert sum(stats[part].values()) == 120, part
        assert list(stats[part].values()) == sorted(stats[part].values(), reverse=True)
    assert stats["referrers"] == {"Direct": 30, "Search Engine": 30, "Social Media": 30, "Other": 30}
    assert set(stats["countries"]) == {"NZ", "FR", "Unknown"}
    assert stats["links"] == {"https://x.example/": 5}
    whole = await client.get("/api/v1/sites/shop/stats/summary?period=all", headers=admin.headers)
    assert stats["unique_visitors"] == (await whole.json())["visitors"]
    month = await client.get("/api/v1/sites/shop/stats/summary?period=30d", headers=admin.headers)
    viewed = (await month.json())["pageviews"]
    assert sum(day["total_visits"] for day in stats["history"]) == viewed
    assert sum(sum(each.values()) for each in stats["page_countries"].values()) == viewed
    page = await ask("/page-stats", path="/a")
    assert page["view_count"] == stats["pages"]["/a"] == sum(page["countries"].values())


async def test_bots_are_separated_from_visitors_and_by_type(new_site, ask, clock, redis, settings):
    site = await new_site()
    make = beacon_maker()
    beacons = [make(at(clock), site_id=site, visitor_id=some_visitor(1))]
    for number, (agent, days) in enumerate([(GOOGLEBOT, 0), (GOOGLEBOT, 1), (SPAMMER, 0), (SPAMMER, 45)]):
        who = some_visitor(100 + number)
        beacons += [make(at(clock, days), site_id=site, user_agent=agent, visitor_id=who, path=f"/{n}") for n in "ab"]
    await store(beacons, settings, redis, clock)
    stats = await ask("/stats")
    assert (stats["total_visits"], stats["unique_visitors"]) == (1, 1)
    assert stats["bot_summary"] == {
        "total_bot_visits": 4,
        "total_crawler_visits": 4,
        "bots_today": 2,
        "crawlers_today": 2,
    }
    found = await ask("/bot-stats")
    assert found["summary"] == {"total_bot_visits": 4, "total_crawler_visits": 4}
    assert found["daily"] == [
        {"date": "2046-11-22", "bot_visits": 2, "crawler_visits": 2},
        {"date": "2046-11-21", "bot_visits": 0, "crawler_visits": 2},
    ]
    assert found["pages"] == [
        {"page_path": path, "bot_views": 1, "crawler_views": 2, "total": 3} for path in ("/a", "/b")
    ]
    assert found["type_breakdown"] == {"bot": 1, "crawler": 2}
    assert {log["reason"] for log in found["recent_logs"]} == {"HTTP library", "Crawler"}
    bots = await ask("/bots")
    assert bots["detected_bots_count"] == 3
    assert bots["bot_daily_trend"] == found["daily"]
    assert [bot["request_count"] for bot in bots["bots"]] == [2, 2, 2]


async def test_hashes_of_bots_do_not_reveal_visitor_ids(new_site, ask, clock, redis, settings):
    site = await new_site()
    who = some_visitor(1)
    await store([beacon_maker()(at(clock), site_id=site, user_agent=SPAMMER, visitor_id=who)], settings, redis, clock)
    [bot] = (await ask("/bots"))["bots"]
    assert len(bot["ip_hash"]) == 32
    assert bot["ip_hash"] != who.hex()


async def test_suspected_visitors_are_listed_and_still_counted(new_site, ask, clock, pool, redis, settings):
    site = await new_site()
    await store([beacon_maker()(at(clock), site_id=site, visitor_id=some_visitor(1))], settings, redis, clock)
    await pool.execute(
        "insert into bot_scores select shard, site_id, visitor_id, 0.7, '{regular}', now(), now() from visits"
    )
    bots = await ask("/bots")
    assert [(bot["request_count"], bot["reason"]) for bot in bots["bots"]] == [(1, "Unusual behavior (model)")]
    assert (await ask("/stats"))["total_visits"] == 1
    await pool.execute("update visits set bot_reason = 'model'")
    assert [log["confidence"] for log in (await ask("/bot-stats"))["recent_logs"]] == [0.7]


def expected_days(first, numbers):
    return tuple(
        ExpectedDay(
            day=first + timedelta(days=place),
            expected=number,
            low_80=number - 1,
            high_80=number + 1,
            low_95=number - 2,
            high_95=number + 2,
        )
        for place, number in enumerate(numbers)
    )


async def test_forecast_starts_tomorrow_and_has_the_requested_number_of_days(new_site, ask, clock, store_insight):
    site, today = await new_site(), clock.now.date()
    days = MetricForecast(days=expected_days(today, [100.0 + 3 * day for day in range(31)]), quality=None)
    first = today - timedelta(days=100)
    kept = Forecast(first_day=first, last_day=today - timedelta(days=1), visitors=days, pageviews=days)
    await store_insight(site, InsightKind.FORECAST, kept)
    week = await ask("/forecast")
    assert (week["can_forecast"], week["trend"], week["slope"]) == (True, "increasing", 3.0)
    assert [day["date"] for day in week["forecast"]] == [f"2046-11-{day}" for day in range(23, 30)]
    assert week["forecast"][0] == {"date": "2046-11-23", "predicted_visits": 103, "low": 101.0, "high": 105.0}
    assert "message" not in week
    assert len((await ask("/forecast", days=14))["forecast"]) == 14


@pytest.mark.parametrize(("last", "trend"), [(100.4, "stable"), (60.0, "decreasing")])
async def test_trend_needs_a_change_of_more_than_half_a_view_a_day(new_site, ask, clock, store_insight, last, trend):
    site, today = await new_site(), clock.now.date()
    numbers = [100 + (last - 100) * day / 28 for day in range(29)]
    days = MetricForecast(days=expected_days(today, numbers), quality=None)
    kept = Forecast(first_day=today, last_day=today, visitors=days, pageviews=days)
    await store_insight(site, InsightKind.FORECAST, kept)
    assert (await ask("/forecast"))["trend"] == trend


async def test_missing_insights_state_how_much_data_is_needed(new_site, ask, store_insight):
    site = await new_site()
    assert await ask("/anomalies") == {
        "has_anomalies": False,
        "message": "Not computed yet. Insights are computed every night.",
    }
    for kind in (InsightKind.FORECAST, InsightKind.ANOMALIES):
        await store_insight(site, kind, TooLittle(reason="too-few-days", have=3, needed=28))
    message = "Not enough data. Need at least 28 days of history; there are 3."
    assert await ask("/forecast") == {"can_forecast": False, "message": message}
    assert await ask("/anomalies") == {"has_anomalies": False, "message": message}


async def test_anomalies_are_spikes_or_dips(new_site, ask, clock, store_insight):
    site, today = await new_site(), clock.now.date()
    spike = Anomaly(
        day=today - timedelta(days=2),
        kind="spike",
        metric="pageviews",
        value=900,
        expected=100.0,
        deviation=8.0,
        score=0.8,
        once_in_days=1000,
        causes=(),
    )
    kept = Anomalies(first_day=today - timedelta(days=50), last_day=today, anomalies=(spike,))
    await store_insight(site, InsightKind.ANOMALIES, kept)
    assert await ask("/anomalies") == {
        "has_anomalies": True,
        "anomalies": [{"date": "2046-11-20", "visits": 900, "type": "spike", "metric": "pageviews", "expected": 100.0}],
    }


async def test_summary_is_the_one_computed_at_night(new_site, ask, clock, store_insight):
    site, today = await new_site(), clock.now.date()
    averages = Averages(days=20, visitors=5.5, visits=6.0, pageviews=12.5)
    change = Change(now=90, before=60, percent=50.0)
    kept = SiteSummary(
        first_day=today - timedelta(days=20),
        last_day=today - timedelta(days=1),
        last_month=averages,
        all_time=averages,
        busiest_weekday=WeekdayAverage(weekday=3, visitors=9.0),
        weekdays=(),
        busiest_hour=None,
        hours=(),
        week_over_week=WeekOverWeek(visitors=change, visits=change, pageviews=change),
        records=(Record(metric="visits", day=today, value=1),),
    )
    await store_insight(site, InsightKind.SUMMARY, kept)
    assert await ask("/summary") == {
        "average_daily_visits": 12.5,
        "average_daily_unique": 5.5,
        "busiest_day_of_week": "Wednesday",
        "weekly_growth": {"current_week_visits": 90, "previous_week_visits": 60, "growth_rate_percent": 50.0},
    }


@pytest.mark.parametrize(
    "path", ["/stats", "/page-stats", "/forecast", "/summary", "/anomalies", "/bots", "/bot-stats"]
)
async def test_unauthorized_callers_do_not_learn_whether_a_site_exists(new_site, client, path):
    await new_site(public=False)
    refused = [await client.get(path, params={"site_id": name}) for name in ("shop", "nowhere", "NO SUCH NAME")]
    assert [answer.status for answer in refused] == [401, 401, 401]
    assert len({await answer.text() for answer in refused}) == 1


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"days": "91"}, {"days": "x"}])
async def test_forecast_is_for_1_to_90_days(new_site, client, wrong):
    await new_site()
    assert (await client.get("/forecast", params={"site_id": "shop", **wrong})).status == 400


async def test_unknown_parameters_are_ignored(new_site, ask):
    await new_site()
    assert (await ask("/stats", _="1795000000000"))["total_visits"] == 0


async def test_only_pages_of_a_public_site_itself_may_read_its_statistics(new_site, client):
    await new_site()

    async def allowed(origin):
        answer = await client.get("/page-stats?site_id=shop&path=/", headers={"Origin": origin})
        return answer.headers.get("Access-Control-Allow-Origin")

    assert await allowed("https://shop.example") == "https://shop.example"
    assert await allowed("https://evil.example") is None


async def test_requests_with_a_key_may_read_from_any_page(new_site, client, admin):
    await new_site(public=False)
    preflight = await client.options("/stats")
    assert preflight.status == 204
    assert {"Authorization", "X-Signature", "X-Timestamp"} <= set(
        preflight.headers["Access-Control-Allow-Headers"].split(", ")
    )
    headers = {**admin.headers, "Origin": "https://dashboards.example"}
    answer = await client.get("/stats?site_id=shop", headers=headers)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://dashboards.example"


async def test_callers_see_the_sites_whose_reports_they_can_see(new_site, client, admin, reader):
    await new_site("open")
    await new_site("closed", public=False)

    async def listed(headers):
        return (await (await client.get("/sites", headers=headers)).json())["sites"]

    public = {"id": "open", "requiresAuth": False}
    assert await listed({}) == [public]
    assert await listed(reader.headers) == [public]
    assert await listed(admin.headers) == [{"id": "closed", "requiresAuth": True}, public]
