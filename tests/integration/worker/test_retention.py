"""What is older than a site keeps: all of it goes, and nothing of the days that stay changes."""

from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

import pytest

from common.clock import utc
from common.rollups import Grain
from common.rollups.stale_days import mark_stale
from common.sites import SiteSettings
from common.store.accounts import create_site
from services.worker.retention.expiry import Retention
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild
from tests.integration.api.seeding import some_beacons
from tests.support.beacons import NOON, visitor
from tests.support.recount import recounted, rolled_up
from tests.support.rows import add_visit

BERLIN = ZoneInfo("Europe/Berlin")
NOW = utc(NOON)
KEPT_FROM = date(2026, 11, 19)
"""The first day that a site keeps which wants three days kept, today not counted."""
BEGIN = datetime(2026, 11, 19, tzinfo=BERLIN)
TABLES = ("visits", "events", "visitors", "visitor_notes", "dead_letters", "bot_candidates", "bot_scores")


class Later:
    """A clock that can be put forward."""

    def __init__(self):
        self.ms = NOON

    def __call__(self):
        return self.ms


@pytest.fixture
def clock():
    return Later()


@pytest.fixture
async def site_id(pool):
    return await create_site(pool, SiteSettings("shop", "https://shop.example", timezone="Europe/Berlin"), NOW)


@pytest.fixture
def retention(pool, settings, clock):
    return Retention(pool, range(settings.install.shards), clock, batch=7)


@pytest.fixture
def count_anew(pool, settings, clock):
    """Puts the rollups in order."""

    async def run():
        await Compaction(pool, clock).run(60, everything=True)
        await Rebuild(pool, range(settings.install.shards), clock).run(60, at_once=True)

    return run


@pytest.fixture
async def busy(pool, site_id, put, work, count_anew):
    """Visits of many days, some of them over every midnight, and all that is kept beside them."""
    for days in (12, 9, 4, 3, 2, 0):
        begin = BEGIN + timedelta(days=3 - days)
        await put(some_beacons(Random(days), site_id, begin, begin + timedelta(days=1), visits=60))
        await work()
    await add_visit(pool, site_id, NOW - timedelta(days=30), visitor=visitor("long gone"), shards=4)
    await pool.execute("insert into visitor_notes select site_id, visitor_id, 'x', 'y', last_visit from visitors")
    await pool.execute(
        "insert into bot_scores select shard, site_id, visitor_id, 1, '{}', last_visit, last_visit from visitors"
    )
    await pool.execute("delete from bot_candidates")
    await pool.execute("insert into bot_candidates select shard, site_id, visitor_id, started_at from visits")
    await pool.execute(
        "insert into dead_letters select shard, gen_random_uuid(), site_id, started_at, started_at, '', '' from visits"
    )
    await mark(pool, site_id, NOW - timedelta(days=30))
    await count_anew()


async def mark(pool, site_id, moment):
    """Rows that were put straight into the store are counted like those of an import."""
    async with pool.acquire() as connection:
        await mark_stale(connection, 0, [(site_id, moment.date())], NOW)


async def keep_days(pool, site_id, days):
    await pool.execute("update sites set retention_days = $2 where id = $1", site_id, days)


async def sizes(pool, site_id):
    return {t: await pool.fetchval(f"select count(*) from {t} where site_id = $1", site_id) for t in TABLES}


def of_days_kept(numbers):
    return {key: value for key, value in numbers.items() if key.grain is Grain.DAY and key.bucket >= KEPT_FROM}


async def test_a_site_that_says_nothing_keeps_everything(pool, site_id, busy, retention):
    before = await sizes(pool, site_id)
    await retention.run(60)
    assert await sizes(pool, site_id) == before
    assert not await pool.fetchval("select count(*) from data_retention_runs")


async def test_what_is_older_goes_and_days_that_stay_say_what_they_said(pool, site_id, busy, retention, count_anew):
    before, raw_before = await rolled_up(pool, site_id), await recounted(pool, site_id, "Europe/Berlin")
    assert before == raw_before
    sizes_before = await sizes(pool, site_id)
    await keep_days(pool, site_id, 3)
    await retention.run(60)

    raw = await recounted(pool, site_id, "Europe/Berlin")
    assert of_days_kept(raw) == of_days_kept(raw_before), "right at once, by the raw rows"
    await count_anew()
    rolled = await rolled_up(pool, site_id)
    assert rolled == raw, "weeks and months, too, say what is left"
    assert of_days_kept(rolled) == of_days_kept(before)
    assert {key.bucket for key in of_days_kept(rolled) if key.grain is Grain.DAY} >= {KEPT_FROM}

    left = await sizes(pool, site_id)
    assert all(0 < left[table] < sizes_before[table] for table in TABLES), (sizes_before, left)
    [report] = await pool.fetch("select * from data_retention_runs")
    assert (report["kept_from"], report["finished_at"]) == (KEPT_FROM, NOW)
    for table in ("visits", "events", "visitors", "dead_letters"):
        assert report[table] == sizes_before[table] - left[table]


async def test_nothing_is_left_of_what_ended_before_the_first_day_kept(pool, site_id, busy, retention):
    await keep_days(pool, site_id, 3)
    await retention.run(60)
    assert not await pool.fetchval("select count(*) from visits where ended_at < $1", BEGIN)
    assert not await pool.fetchval("select count(*) from events where ts < $1 and visit_started_at < $1", BEGIN)
    assert not await pool.fetchval("select count(*) from dead_letters where received_at < $1", BEGIN)
    assert not await pool.fetchval(
        "select count(*) from visitors v where v.visitor_id not in (select visitor_id from visits)"
    )
    assert not await pool.fetchval(
        "select count(*) from visitor_notes where visitor_id not in (select visitor_id from visitors)"
    )


async def test_days_that_lose_rows_are_in_doubt_before_anybody_can_read_them(pool, site_id, busy, retention):
    await keep_days(pool, site_id, 3)
    calls = count()
    await retention.run(60, lambda: next(calls) == 2)
    marked = {row[0] for row in await pool.fetch("select day from stale_days where site_id = $1", site_id)}
    assert marked
    assert all(day < KEPT_FROM for day in marked)
    assert (await pool.fetchrow("select * from data_retention_runs"))["finished_at"] is None


async def test_a_run_that_was_stopped_goes_on_where_it_was(pool, site_id, busy, retention):
    await keep_days(pool, site_id, 3)
    total = await sizes(pool, site_id)
    for _ in range(500):
        calls = count()
        await retention.run(60, lambda calls=calls: next(calls) == 3)
        [report] = await pool.fetch("select * from data_retention_runs")
        left = await sizes(pool, site_id)
        assert report["visits"] == total["visits"] - left["visits"]
        if report["finished_at"]:
            break
    assert report["finished_at"]
    assert not await pool.fetchval("select count(*) from visits where ended_at < $1", BEGIN)


async def test_the_next_day_one_more_day_goes(pool, site_id, busy, retention, clock):
    await keep_days(pool, site_id, 3)
    await retention.run(60)
    left = await sizes(pool, site_id)
    await retention.run(60)
    assert await sizes(pool, site_id) == left
    clock.ms += 86_400_000
    await retention.run(60)
    assert (await sizes(pool, site_id))["visits"] < left["visits"]
    assert [row[0] for row in await pool.fetch("select kept_from from data_retention_runs order by 1")] == [
        KEPT_FROM,
        KEPT_FROM + timedelta(days=1),
    ]


async def test_other_sites_lose_nothing(pool, site_id, busy, retention):
    other = await create_site(pool, SiteSettings("other", "https://other.example"), NOW)
    for days in range(40):
        await add_visit(pool, other, NOW - timedelta(days=days), visitor=visitor(f"{days % 5}"))
    before = await sizes(pool, other)
    await keep_days(pool, site_id, 3)
    await retention.run(60)
    assert await sizes(pool, other) == before


MONTHS = "select count(*) from pg_class where relname in ('visits_2026_09', 'events_2026_09', 'visits_2026_10')"


async def fill_three_months(pool, *sites):
    for site in sites:
        for days in range(5, 80, 3):
            await add_visit(pool, site, NOW - timedelta(days=days), visitor=visitor(f"{days % 4}"), events=(1, 2))


async def test_a_month_that_no_site_keeps_is_dropped_whole(pool, site_id, retention, count_anew):
    other = await create_site(pool, SiteSettings("other", "https://other.example"), NOW)
    await fill_three_months(pool, site_id, other)
    total = {each: await sizes(pool, each) for each in (site_id, other)}
    for each in (site_id, other):
        for days in range(82):
            await mark(pool, each, NOW - timedelta(days=days))
    await count_anew()
    assert await pool.fetchval(MONTHS) == 3

    await keep_days(pool, site_id, 10)
    await keep_days(pool, other, 45)
    await retention.run(60)
    assert await pool.fetchval(MONTHS) == 1, "October has days that the other site keeps"
    for each in (site_id, other):
        report = await pool.fetchrow("select * from data_retention_runs where site_id = $1", each)
        left = await sizes(pool, each)
        assert report["months_dropped"] == 1
        assert report["visits"] == total[each]["visits"] - left["visits"] > 0
        assert report["events"] == total[each]["events"] - left["events"] > 0
        await count_anew()
    assert await rolled_up(pool, other) == await recounted(pool, other, "UTC")
    assert await rolled_up(pool, site_id) == await recounted(pool, site_id, "Europe/Berlin")


async def test_no_month_is_dropped_while_one_site_keeps_everything(pool, site_id, retention):
    other = await create_site(pool, SiteSettings("other", "https://other.example"), NOW)
    await fill_three_months(pool, site_id, other)
    await keep_days(pool, site_id, 10)
    await retention.run(60)
    assert await pool.fetchval(MONTHS) == 3
    assert (await pool.fetchrow("select * from data_retention_runs"))["months_dropped"] == 0
    assert not await pool.fetchval(
        "select count(*) from visits where site_id = $1 and ended_at < $2", site_id, NOW - timedelta(days=12)
    )


async def test_a_month_that_somebody_is_reading_waits_and_its_rows_go_one_by_one(pool, site_id, retention):
    await fill_three_months(pool, site_id)
    await keep_days(pool, site_id, 10)
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetch("select count(*) from visits")
        await retention.run(60)
        assert not await connection.fetchval(
            "select count(*) from visits where ended_at < $1", NOW - timedelta(days=12)
        )
    assert await pool.fetchval(MONTHS) == 3
    assert (await pool.fetchrow("select finished_at from data_retention_runs"))["finished_at"]


async def test_the_worker_does_it_from_time_to_time(pool, site_id, busy, worker):
    await keep_days(pool, site_id, 3)
    [job] = [job for job in worker.periodic_worker.cron_jobs if job.name == "retention"]
    await job.coroutine({})
    assert (await pool.fetchrow("select finished_at from data_retention_runs"))["finished_at"]
