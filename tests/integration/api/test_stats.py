"""The numbers of a site, read over HTTP from rows as the ingest writes them."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tests.support.rows import add_visit

ADA, BOB, EVE = (bytes([n]) * 16 for n in (1, 2, 3))


@pytest.fixture
async def new_site(client, admin, pool):
    async def make(name="example", timezone="UTC"):
        body = {"name": name, "url": "https://example.com", "timezone": timezone}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
        return await pool.fetchval("select id from sites where name = $1", name)

    return make


@pytest.fixture
def ask(client, admin):
    async def get(report, site="example", **query):
        url = f"/api/v1/sites/{site}/stats/{report}"
        return await client.get(
            url, params={key.rstrip("_"): str(v) for key, v in query.items()}, headers=admin.headers
        )

    return get


@pytest.fixture
def summary(ask):
    async def get(**query):
        answer = await ask("summary", **query)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    return get


@pytest.fixture
def timeseries(ask):
    async def get(**query):
        answer = await ask("timeseries", **query)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    return get


async def test_site_without_visits_has_zeros(new_site, summary, timeseries):
    await new_site()
    assert await summary(period="7d") == {
        "site": "example",
        "period": "7d",
        "from": "2046-11-16",
        "to": "2046-11-22",
        "timezone": "UTC",
        "visitors": 0,
        "visits": 0,
        "pageviews": 0,
        "events": 0,
        "clicks": 0,
        "entries": None,
        "views_per_visit": 0.0,
        "bounce_rate": 0.0,
        "visit_duration": 0.0,
        "time_on_page": 0.0,
        "scroll_depth": 0.0,
        "comparison": None,
        "accuracy": {"source": "raw", "exact": True, "visitors_error": None, "sampled": None},
        "as_of": "2046-11-22T12:30:00Z",
    }
    series = await timeseries(period="7d")
    assert series["interval"] == "day"
    assert [point["time"] for point in series["points"]] == [f"2046-11-{day}T00:00:00+00:00" for day in range(16, 23)]
    assert {point["visitors"] for point in series["points"]} == {0}


async def test_summary_follows_metric_definitions(new_site, summary, clock, pool):
    site = await new_site()
    today = clock.now.replace(hour=8, minute=0)
    await add_visit(pool, site, today, visitor=ADA, seconds=100, pageviews=(0, 50, 100), events=(60, 70))
    await add_visit(pool, site, today + timedelta(hours=2), visitor=ADA, seconds=0)  # a bounce
    await add_visit(pool, site, today, visitor=BOB, seconds=20, clicks=(20,))  # one page, but a click: no bounce
    await add_visit(pool, site, today, visitor=EVE, pageviews=(0, 1, 2), bot_reason="user agent")
    found = await summary(period="day")
    assert found["visitors"] == 2
    assert found["visits"] == 3
    assert found["pageviews"] == 5
    assert found["events"] == 2
    assert found["views_per_visit"] == 1.67
    assert found["bounce_rate"] == 33.3
    assert found["visit_duration"] == 40.0


async def test_visit_counts_at_its_start_and_page_view_at_its_time(new_site, summary, timeseries, pool):
    site = await new_site()
    late = datetime(2046, 11, 21, 23, 50, tzinfo=UTC)
    await add_visit(pool, site, late, visitor=ADA, seconds=1200, pageviews=(0, 1200))
    yesterday = await summary(period="custom", from_="2046-11-21", to="2046-11-21")
    today = await summary(period="day")
    assert (yesterday["visits"], yesterday["pageviews"], yesterday["visit_duration"]) == (1, 1, 1200.0)
    assert (today["visits"], today["pageviews"], today["views_per_visit"]) == (0, 1, 0.0)
    points = (await timeseries(period="custom", from_="2046-11-21", to="2046-11-22", interval="day"))["points"]
    assert [(point["visits"], point["pageviews"]) for point in points] == [(1, 1), (0, 1)]


async def test_summary_excludes_other_sites(new_site, summary, clock, pool):
    one, two = await new_site("one"), await new_site("two")
    await add_visit(pool, one, clock.now, visitor=ADA)
    await add_visit(pool, two, clock.now, visitor=ADA)
    await add_visit(pool, two, clock.now, visitor=BOB)
    assert (await summary(site="one", period="day"))["visitors"] == 1
    assert (await summary(site="two", period="day"))["visitors"] == 2


@pytest.mark.parametrize(
    ("period", "days", "interval", "points"),
    [
        ("day", ("2046-11-22", "2046-11-22"), "hour", 13),
        ("7d", ("2046-11-16", "2046-11-22"), "day", 7),
        ("30d", ("2046-10-24", "2046-11-22"), "day", 30),
        ("month", ("2046-11-01", "2046-11-30"), "day", 22),
        ("6mo", ("2046-06-01", "2046-11-30"), "month", 6),
        ("year", ("2045-12-01", "2046-11-30"), "month", 12),
        ("all", ("2046-02-03", "2046-11-22"), "week", 43),
    ],
)
async def test_period_determines_days_and_default_interval(
    new_site, timeseries, summary, pool, period, days, interval, points
):
    site = await new_site()
    await add_visit(pool, site, datetime(2046, 2, 3, 10, tzinfo=UTC), visitor=ADA)
    series = await timeseries(period=period)
    assert (series["from"], series["to"]) == days
    assert (series["interval"], len(series["points"])) == (interval, points), "no points in the future"
    found = await summary(period=period)
    assert (found["from"], found["to"]) == days


async def test_period_all_starts_with_site_without_visits(new_site, summary):
    await new_site()
    assert (await summary(period="all"))["from"] == "2046-11-22"


async def test_today_follows_time_zone_of_site(new_site, summary, timeseries, clock, pool):
    # 12:30 UTC is already the next day in Auckland (+13:00), since 11:00 UTC.
    site = await new_site(timezone="Pacific/Auckland")
    await add_visit(pool, site, datetime(2046, 11, 22, 10, 59, tzinfo=UTC), visitor=ADA)
    await add_visit(pool, site, datetime(2046, 11, 22, 11, 0, tzinfo=UTC), visitor=BOB)
    found = await summary(period="day")
    assert (found["from"], found["visitors"]) == ("2046-11-23", 1)
    points = (await timeseries(period="day"))["points"]
    assert [(point["time"], point["visitors"]) for point in points] == [
        ("2046-11-23T00:00:00+13:00", 1),
        ("2046-11-23T01:00:00+13:00", 0),
    ]


async def test_hours_at_clock_changes_differ_by_offset(new_site, timeseries, pool):
    site = await new_site(timezone="Europe/Berlin")
    for hour, visitor in ((0, ADA), (1, BOB)):  # 02:30 summer time, then 02:30 winter time
        await add_visit(pool, site, datetime(2026, 10, 25, hour, 30, tzinfo=UTC), visitor=visitor)
    autumn = (await timeseries(period="custom", from_="2026-10-25", to="2026-10-25", interval="hour"))["points"]
    spring = (await timeseries(period="custom", from_="2026-03-29", to="2026-03-29", interval="hour"))["points"]
    assert (len(autumn), len(spring)) == (25, 23)
    assert [(point["time"], point["visitors"]) for point in autumn[2:4]] == [
        ("2026-10-25T02:00:00+02:00", 1),
        ("2026-10-25T02:00:00+01:00", 1),
    ]
    assert [point["time"] for point in spring[1:3]] == ["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"]


async def test_buckets_are_correct_in_zone_with_45_minute_offset(new_site, timeseries, pool):
    site = await new_site(timezone="Asia/Kathmandu")  # +05:45
    await add_visit(pool, site, datetime(2026, 6, 9, 18, 14, 59, tzinfo=UTC), visitor=ADA)
    await add_visit(pool, site, datetime(2026, 6, 9, 18, 15, tzinfo=UTC), visitor=BOB)
    points = (await timeseries(period="custom", from_="2026-06-09", to="2026-06-10", interval="hour"))["points"]
    seen = {point["time"]: point["visitors"] for point in points if point["visitors"]}
    assert seen == {"2026-06-09T23:00:00+05:45": 1, "2026-06-10T00:00:00+05:45": 1}


async def test_weeks_start_on_monday_and_first_one_with_period(new_site, timeseries):
    await new_site()
    series = await timeseries(period="custom", from_="2046-11-01", to="2046-11-13", interval="week")
    assert [point["time"][:10] for point in series["points"]] == ["2046-11-01", "2046-11-05", "2046-11-12"]


@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
@pytest.mark.parametrize("timezone", ["UTC", "America/New_York", "Australia/Lord_Howe"])
async def test_summary_equals_sum_of_timeseries(new_site, summary, timeseries, pool, interval, timezone):
    site = await new_site(timezone=timezone)
    random = Random(f"{interval} {timezone}")
    begin = datetime(2026, 9, 20, tzinfo=UTC)
    own = []
    async with pool.acquire() as connection, connection.transaction():
        for _ in range(150):
            at = begin + timedelta(seconds=random.randrange(45 * 86_400))
            pages = tuple(random.uniform(0, 5_000) for _ in range(random.randint(0, 4)))
            events = tuple(random.uniform(0, 5_000) for _ in range(random.randint(0, 1)))
            visit = {"visitor": bytes([random.randrange(40)]) * 16, "seconds": random.uniform(0, 5_000)}
            own.append((at, visit, pages, events))
            await add_visit(connection, site, at, **visit, pageviews=pages, events=events)
    span = {"period": "custom", "from_": "2026-09-25", "to": "2026-11-05"}
    found = await summary(**span)
    points = (await timeseries(**span, interval=interval))["points"]

    for additive in ("visits", "pageviews", "events"):
        assert found[additive] == sum(point[additive] for point in points) > 0
    assert found["visitors"] <= sum(point["visitors"] for point in points)
    for average in ("bounce_rate", "visit_duration"):
        recounted = sum(point[average] * point["visits"] for point in points) / found["visits"]
        assert found[average] == pytest.approx(recounted, abs=0.2)

    starts = [datetime.fromisoformat(point["time"]) for point in points]
    end = starts[-1] + timedelta(days=40)
    for start, following, point in zip(starts, [*starts[1:], end], points, strict=True):
        if following != end:
            begun = [visit for at, visit, _, _ in own if start <= at < following]
            assert point["visits"] == len(begun)
            assert point["visitors"] == len({visit["visitor"] for visit in begun})
            pages = [at + timedelta(seconds=s) for at, _, pages, _ in own for s in pages]
            assert point["pageviews"] == sum(start <= moment < following for moment in pages)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "decade"}, "period"),
        ({"period": "custom"}, "from"),
        ({"period": "custom", "from": "2026-01-01"}, "to"),
        ({"period": "custom", "from": "2026-02-30", "to": "2026-03-01"}, "from"),
        ({"period": "custom", "from": "2026-03-02", "to": "2026-03-01"}, "to"),
        ({"period": "custom", "from": "0001-01-01", "to": "2026-03-01"}, "from"),
        ({"period": "custom", "from": "2026-01-01", "to": "9999-12-31"}, "to"),
        ({"period": "day", "from": "2026-01-01"}, "from"),
        ({"intervall": "day"}, "intervall"),
        ({"interval": "minute"}, "interval"),
        ({"period": "year", "interval": "hour"}, "interval"),
        ({"period": "custom", "from": "2000-01-01", "to": "2100-12-31", "interval": "day"}, "interval"),
    ],
)
async def test_invalid_parameter_is_named(new_site, ask, query, field):
    await new_site()
    answer = await ask("timeseries", **query)
    assert answer.status == 400
    assert (await answer.json())["field"] == field


async def test_century_by_month_and_future_days_are_valid(new_site, timeseries, summary):
    await new_site()
    assert len((await timeseries(period="custom", from_="2000-01-01", to="2046-11-30"))["points"]) == 563
    assert (await timeseries(period="custom", from_="2090-01-01", to="2090-02-01"))["points"] == []
    assert (await summary(period="custom", from_="2090-01-01", to="2090-02-01"))["visits"] == 0
