"""Insights of a site whose beacons were ingested as usual, computed in a separate process."""

from datetime import date, timedelta
from typing import Any

import pytest

from common.clock import utc
from common.config import environment_for_child
from common.insights import Anomalies, Forecast, SiteSummary
from services.worker.insights.compute import compute
from services.worker.insights.runs import ABANDONED_AFTER, InsightRuns, compute_in_process
from tests.support.beacons import NOON, beacon_maker

DAY = 86_400_000
TODAY = date(2026, 11, 22)
BY_WEEKDAY = (9, 10, 9, 10, 9, 3, 2)
"""Visitors per weekday, from Monday. The site is younger than a year and has no random variation."""
SPIKE = 5
"""Day of the spike, in days before today."""


@pytest.fixture
async def site_id(pool):
    return await pool.fetchval(
        "insert into sites (name, url, timezone, created_at) values ('shop', 'https://shop.example', 'UTC', now())"
        " returning id"
    )


@pytest.fixture
def fill(worker, put, work, site_id):
    """Add visits of the given number of days and of today; return the number of visitors per day."""

    async def fill_days(days, spike=1):
        make, counts = beacon_maker(), {}
        for ago in range(days, -1, -1):
            day = TODAY - timedelta(days=ago)
            usual = BY_WEEKDAY[day.weekday()]
            counts[day] = usual * (spike if ago == SPIKE else 1)
            await put(
                make(
                    at=NOON - ago * DAY + number * 1000,
                    who=f"{ago}-{number}",
                    site_id=site_id,
                    path="/" if number < usual else "/article",
                    referrer="" if number < usual else "https://news.ycombinator.com/",
                )
                for number in range(counts[day])
            )
        # Shards that create the same partition at the same time are queued again.
        while await worker.dispatcher.dispatch():
            await work()
        await worker.compaction.run(30, everything=True)
        return counts

    return fill_days


@pytest.fixture
def newest(pool, site_id):
    async def body(kind):
        return await pool.fetchval("select body from insights where site_id = $1 and kind = $2", site_id, kind)

    return body


async def request(pool, site_id, clock):
    await pool.execute("insert into insight_requests (site_id, requested_at) values ($1, $2)", site_id, utc(clock()))


async def test_requested_insights_are_computed_in_separate_process_and_stored(
    worker, pool, site_id, fill, newest, clock
):
    counts = await fill(63, spike=9)
    await request(pool, site_id, clock)
    assert await worker.insights.run() == [site_id]
    assert await pool.fetchval("select count(*) from insight_requests") == 0

    forecast = Forecast.model_validate((await newest("forecast"))["found"])
    assert (forecast.first_day, forecast.last_day) == (TODAY - timedelta(days=63), TODAY - timedelta(days=1))
    assert len(forecast.visitors.days) == 63 // 2
    assert forecast.visitors.days[0].day == TODAY
    for each in forecast.visitors.days[:14]:
        assert each.expected == pytest.approx(BY_WEEKDAY[each.day.weekday()], rel=0.3)
        assert each.low_95 <= each.low_80 <= each.expected <= each.high_80 <= each.high_95

    (anomaly,) = Anomalies.model_validate((await newest("anomalies"))["found"]).anomalies
    day = TODAY - timedelta(days=SPIKE)
    assert (anomaly.day, anomaly.kind, anomaly.value) == (day, "spike", counts[day])
    assert {(cause.dimension, cause.value) for cause in anomaly.causes} >= {
        ("source", "Hacker News"),
        ("page", "/article"),
    }
    assert all(cause.usual == 0 and cause.share > 0.9 for cause in anomaly.causes if cause.dimension != "country")

    summary = SiteSummary.model_validate((await newest("summary"))["found"])
    assert summary.busiest_hour is not None
    assert summary.busiest_hour.hour == 12
    assert summary.busiest_weekday.weekday == day.isoweekday()
    assert summary.all_time.visitors == round((sum(counts.values()) - counts[TODAY]) / 63, 1)
    assert [(record.metric, record.day, record.value) for record in summary.records] == [
        (metric, day, counts[day]) for metric in ("visitors", "visits", "pageviews")
    ]
    week = sum(counts[TODAY - timedelta(days=ago)] for ago in range(1, 8))
    before = sum(counts[TODAY - timedelta(days=ago)] for ago in range(8, 15))
    assert (summary.week_over_week.visitors.now, summary.week_over_week.visitors.before) == (week, before)


async def test_too_little_data_is_reported_with_reason(pool, site_id, fill, clock):
    async with pool.acquire() as connection:
        nothing: Any = await compute(connection, site_id, "UTC", utc(clock()))
        assert {kind: (each.reason, each.have) for kind, each in nothing.items()} == dict.fromkeys(
            ("forecast", "anomalies", "summary"), ("too-few-days", 0)
        )
        await fill(10)
        some: Any = await compute(connection, site_id, "UTC", utc(clock()))
        assert (some["forecast"].reason, some["forecast"].have, some["forecast"].needed) == ("too-few-days", 10, 28)
        assert some["anomalies"].needed == 42
        assert isinstance(some["summary"], SiteSummary)


async def test_beacons_not_in_rollups_yet_are_counted(worker, pool, site_id, fill, put, work, clock):
    await fill(10)
    make = beacon_maker()
    await put(make(at=NOON - DAY, who=f"late-{number}", site_id=site_id) for number in range(50))
    await work()
    async with pool.acquire() as connection:
        insights: Any = await compute(connection, site_id, "UTC", utc(clock()))
    summary = insights["summary"]
    assert summary.records[0].day == TODAY - timedelta(days=1)
    assert summary.records[0].value == 50 + BY_WEEKDAY[5]


async def test_failed_run_is_retried_up_to_maximum_attempts(pool, site_id, clock):
    now = clock()

    async def fail(_sites, _now):
        return False

    await request(pool, site_id, clock)
    attempts = []
    for attempt in range(5):
        later = now + attempt * (int(ABANDONED_AFTER.total_seconds()) + 1) * 1000
        attempts.append(bool(await InsightRuns(pool, fail, lambda at=later: at).run()))
    assert attempts == [True, True, True, False, False]


async def test_failed_process_is_reported(redis, settings):
    environment = environment_for_child({"database.url": "postgresql://user@127.0.0.1:1/nothing"})
    assert await compute_in_process(environment)([1], NOON) is False


@pytest.mark.parametrize(("timezone", "has_begun"), [("UTC", True), ("Pacific/Honolulu", True), ("Asia/Kolkata", True)])
async def test_insights_are_requested_once_each_night(worker, pool, site_id, fill, timezone, has_begun):
    await fill(1)
    await pool.execute("update sites set timezone = $1", timezone)

    async def due(hours):
        runs = InsightRuns(pool, None, lambda: NOON + hours * 3_600_000)
        await runs.request_nightly()
        return await pool.fetchval("select count(*) from insight_requests")

    assert await due(0) == has_begun
    await pool.execute("delete from insight_requests")
    await pool.execute(
        "insert into insights (site_id, kind, computed_at, body) values ($1, 'summary', $2, '{}')", site_id, utc(NOON)
    )
    requests = [await due(hours) for hours in range(25)]
    assert requests[0] == 0
    assert requests[24] == 1
    offset = {"UTC": 0, "Pacific/Honolulu": -10, "Asia/Kolkata": 5.5}[timezone]
    first = next(hours for hours, count in enumerate(requests) if count)
    assert (12 + offset + first) % 24 == pytest.approx(2, abs=0.5)


async def test_site_without_visits_gets_no_insights(pool, site_id):
    await InsightRuns(pool, None, lambda: NOON).request_nightly()
    assert await pool.fetchval("select count(*) from insight_requests") == 0
