"""Insights of a site whose visits went the way of every beacon, computed by the process that computes them."""

from datetime import date, timedelta

import pytest

from common.clock import utc
from common.config import environment_for_child
from common.insights import Anomalies, Forecast, SiteSummary
from services.worker.insights.compute import compute
from services.worker.insights.runs import ABANDONED, InsightRuns, compute_in_process
from tests.support.beacons import NOON, beacon_maker

DAY = 86_400_000
TODAY = date(2026, 11, 22)
BY_WEEKDAY = (9, 10, 9, 10, 9, 3, 2)
"""Visitors, from Monday; the site is younger than a year and even as a clock."""
SPIKE = 5
"""Days ago."""


@pytest.fixture
async def site_id(pool):
    return await pool.fetchval(
        "insert into sites (name, url, timezone, created_at) values ('shop', 'https://shop.example', 'UTC', now())"
        " returning id"
    )


@pytest.fixture
def fill(worker, put, work, site_id):
    """So many days with visits, and some of today. Gives how many visitors each of them had."""

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
        # Shards that make a month's partition at the same time are put up again.
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


async def ask(pool, site_id, clock):
    await pool.execute("insert into insight_requests (site_id, requested_at) values ($1, $2)", site_id, utc(clock()))


async def test_what_somebody_asks_for_is_computed_by_a_process_of_its_own_and_kept(
    worker, pool, site_id, fill, newest, clock
):
    counts = await fill(63, spike=9)
    await ask(pool, site_id, clock)
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


async def test_too_little_is_refused_with_the_reason(pool, site_id, fill, clock):
    async with pool.acquire() as connection:
        nothing = await compute(connection, site_id, "UTC", utc(clock()))
        assert {kind: (each.reason, each.have) for kind, each in nothing.items()} == dict.fromkeys(
            ("forecast", "anomalies", "summary"), ("too-few-days", 0)
        )
        await fill(10)
        some = await compute(connection, site_id, "UTC", utc(clock()))
        assert (some["forecast"].reason, some["forecast"].have, some["forecast"].needed) == ("too-few-days", 10, 28)
        assert some["anomalies"].needed == 42
        assert isinstance(some["summary"], SiteSummary)


async def test_beacons_that_are_not_in_the_rollups_yet_count(worker, pool, site_id, fill, put, work, clock):
    await fill(10)
    make = beacon_maker()
    await put(make(at=NOON - DAY, who=f"late-{number}", site_id=site_id) for number in range(50))
    await work()
    async with pool.acquire() as connection:
        summary = (await compute(connection, site_id, "UTC", utc(clock())))["summary"]
    assert summary.records[0].day == TODAY - timedelta(days=1)
    assert summary.records[0].value == 50 + BY_WEEKDAY[5]


async def test_a_failing_run_is_tried_again_later_and_not_for_ever(pool, site_id, clock):
    now = clock()

    async def fail(_sites, _now):
        return False

    await ask(pool, site_id, clock)
    tried = []
    for attempt in range(5):
        later = now + attempt * (int(ABANDONED.total_seconds()) + 1) * 1000
        tried.append(bool(await InsightRuns(pool, fail, lambda at=later: at).run()))
    assert tried == [True, True, True, False, False]


async def test_a_process_that_cannot_work_says_so(redis, settings):
    environment = environment_for_child({"database.url": "postgresql://nobody@127.0.0.1:1/nothing"})
    assert await compute_in_process(environment)([1], NOON) is False


@pytest.mark.parametrize(("timezone", "has_begun"), [("UTC", True), ("Pacific/Honolulu", True), ("Asia/Kolkata", True)])
async def test_each_night_a_site_is_asked_for_once(worker, pool, site_id, fill, timezone, has_begun):
    await fill(1)
    await pool.execute("update sites set timezone = $1", timezone)

    async def due(hours):
        runs = InsightRuns(pool, None, lambda: NOON + hours * 3_600_000)
        await runs.ask_for_nights()
        return await pool.fetchval("select count(*) from insight_requests")

    assert await due(0) == has_begun
    await pool.execute("delete from insight_requests")
    await pool.execute(
        "insert into insights (site_id, kind, computed_at, body) values ($1, 'summary', $2, '{}')", site_id, utc(NOON)
    )
    asked = [await due(hours) for hours in range(25)]
    assert asked[0] == 0
    assert asked[24] == 1
    offset = {"UTC": 0, "Pacific/Honolulu": -10, "Asia/Kolkata": 5.5}[timezone]
    first = next(hours for hours, count in enumerate(asked) if count)
    assert (12 + offset + first) % 24 == pytest.approx(2, abs=0.5)


async def test_a_site_that_nobody_visited_has_no_nights(pool, site_id):
    await InsightRuns(pool, None, lambda: NOON).ask_for_nights()
    assert await pool.fetchval("select count(*) from insight_requests") == 0
