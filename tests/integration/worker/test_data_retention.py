"""Data beyond a site's data retention is deleted, and the numbers of kept days do not change."""

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
from services.worker.deletion.data_retention import ExpiredDataDeletion
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild
from tests.integration.api.seeding import some_beacons
from tests.support.beacons import NOON, visitor
from tests.support.recount import recounted, rolled_up
from tests.support.rows import add_visit

BERLIN = ZoneInfo("Europe/Berlin")
NOW = utc(NOON)
KEPT_FROM = date(2026, 11, 19)
"""First day that a site with a data retention of three days keeps; today does not count."""
BEGIN = datetime(2026, 11, 19, tzinfo=BERLIN)
TABLES = ("visits", "events", "visitors", "visitor_notes", "dead_letters", "bot_candidates", "bot_scores")


class AdjustableClock:
    """A clock that tests can move forward."""

    def __init__(self):
        self.ms = NOON

    def __call__(self):
        return self.ms


@pytest.fixture
def clock():
    return AdjustableClock()


@pytest.fixture
async def site_id(pool):
    return await create_site(pool, SiteSettings("shop", "https://shop.example", timezone="Europe/Berlin"), NOW)


@pytest.fixture
def data_retention(pool, settings, clock):
    return ExpiredDataDeletion(pool, range(settings.install.shards), clock, batch=7)


@pytest.fixture
def rebuild_rollups(pool, settings, clock):
    """Run all pending compactions and rebuilds."""

    async def run():
        await Compaction(pool, clock).run(60, everything=True)
        await Rebuild(pool, range(settings.install.shards), clock).run(60, at_once=True)

    return run


@pytest.fixture
async def stored_data(pool, site_id, put, work, rebuild_rollups):
    """Visits of many days, some of them across midnight, and rows in every other table with visitor data."""
    for days in (12, 9, 4, 3, 2, 0):
        begin = BEGIN + timedelta(days=3 - days)
        await put(some_beacons(Random(days), site_id, begin, begin + timedelta(days=1), visits=60))
        await work()
    await add_visit(pool, site_id, NOW - timedelta(days=30), visitor=visitor("expired"), shards=4)
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
    await rebuild_rollups()


async def mark(pool, site_id, moment):
    """Mark the day as stale, because rows that are inserted directly are not in any delta."""
    async with pool.acquire() as connection:
        await mark_stale(connection, 0, [(site_id, moment.date())], NOW)


async def keep_days(pool, site_id, days):
    await pool.execute("update sites set retention_days = $2 where id = $1", site_id, days)


async def sizes(pool, site_id):
    return {t: await pool.fetchval(f"select count(*) from {t} where site_id = $1", site_id) for t in TABLES}


def of_kept_days(numbers):
    return {key: value for key, value in numbers.items() if key.grain is Grain.DAY and key.bucket >= KEPT_FROM}


async def test_site_without_data_retention_keeps_everything(pool, site_id, stored_data, data_retention):
    before = await sizes(pool, site_id)
    await data_retention.run(60)
    assert await sizes(pool, site_id) == before
    assert not await pool.fetchval("select count(*) from data_retention_runs")


async def test_expired_data_is_deleted_and_numbers_of_kept_days_do_not_change(
    pool, site_id, stored_data, data_retention, rebuild_rollups
):
    before, raw_before = await rolled_up(pool, site_id), await recounted(pool, site_id, "Europe/Berlin")
    assert before == raw_before
    sizes_before = await sizes(pool, site_id)
    await keep_days(pool, site_id, 3)
    await data_retention.run(60)

    raw = await recounted(pool, site_id, "Europe/Berlin")
    assert of_kept_days(raw) == of_kept_days(raw_before), "raw rows are correct before the rebuild"
    await rebuild_rollups()
    rolled = await rolled_up(pool, site_id)
    assert rolled == raw, "weeks and months contain only the kept data"
    assert of_kept_days(rolled) == of_kept_days(before)
    assert {key.bucket for key in of_kept_days(rolled) if key.grain is Grain.DAY} >= {KEPT_FROM}

    left = await sizes(pool, site_id)
    assert all(0 < left[table] < sizes_before[table] for table in TABLES), (sizes_before, left)
    [report] = await pool.fetch("select * from data_retention_runs")
    assert (report["kept_from"], report["finished_at"]) == (KEPT_FROM, NOW)
    for table in ("visits", "events", "visitors", "dead_letters"):
        assert report[table] == sizes_before[table] - left[table]


async def test_no_row_before_first_kept_day_is_left(pool, site_id, stored_data, data_retention):
    await keep_days(pool, site_id, 3)
    await data_retention.run(60)
    assert not await pool.fetchval("select count(*) from visits where ended_at < $1", BEGIN)
    assert not await pool.fetchval("select count(*) from events where ts < $1 and visit_started_at < $1", BEGIN)
    assert not await pool.fetchval("select count(*) from dead_letters where received_at < $1", BEGIN)
    assert not await pool.fetchval(
        "select count(*) from visitors v where v.visitor_id not in (select visitor_id from visits)"
    )
    assert not await pool.fetchval(
        "select count(*) from visitor_notes where visitor_id not in (select visitor_id from visitors)"
    )


async def test_days_that_lose_rows_are_stale_in_the_same_transaction(pool, site_id, stored_data, data_retention):
    await keep_days(pool, site_id, 3)
    calls = count()
    await data_retention.run(60, lambda: next(calls) == 2)
    marked = {row[0] for row in await pool.fetch("select day from stale_days where site_id = $1", site_id)}
    assert marked
    assert all(day < KEPT_FROM for day in marked)
    assert (await pool.fetchrow("select * from data_retention_runs"))["finished_at"] is None


async def test_stopped_run_is_continued(pool, site_id, stored_data, data_retention):
    await keep_days(pool, site_id, 3)
    total = await sizes(pool, site_id)
    for _ in range(500):
        calls = count()
        await data_retention.run(60, lambda calls=calls: next(calls) == 3)
        [report] = await pool.fetch("select * from data_retention_runs")
        left = await sizes(pool, site_id)
        assert report["visits"] == total["visits"] - left["visits"]
        if report["finished_at"]:
            break
    assert report["finished_at"]
    assert not await pool.fetchval("select count(*) from visits where ended_at < $1", BEGIN)


async def test_one_more_day_expires_the_next_day(pool, site_id, stored_data, data_retention, clock):
    await keep_days(pool, site_id, 3)
    await data_retention.run(60)
    left = await sizes(pool, site_id)
    await data_retention.run(60)
    assert await sizes(pool, site_id) == left
    clock.ms += 86_400_000
    await data_retention.run(60)
    assert (await sizes(pool, site_id))["visits"] < left["visits"]
    assert [row[0] for row in await pool.fetch("select kept_from from data_retention_runs order by 1")] == [
        KEPT_FROM,
        KEPT_FROM + timedelta(days=1),
    ]


async def test_other_sites_lose_no_rows(pool, site_id, stored_data, data_retention):
    other = await create_site(pool, SiteSettings("other", "https://other.example"), NOW)
    for days in range(40):
        await add_visit(pool, other, NOW - timedelta(days=days), visitor=visitor(f"{days % 5}"))
    before = await sizes(pool, other)
    await keep_days(pool, site_id, 3)
    await data_retention.run(60)
    assert await sizes(pool, other) == before


MONTHS = "select count(*) from pg_class where relname in ('visits_2026_09', 'events_2026_09', 'visits_2026_10')"


async def fill_three_months(pool, *sites):
    for site in sites:
        for days in range(5, 80, 3):
            await add_visit(pool, site, NOW - timedelta(days=days), visitor=visitor(f"{days % 4}"), events=(1, 2))


async def test_month_that_no_site_keeps_is_dropped(pool, site_id, data_retention, rebuild_rollups):
    other = await create_site(pool, SiteSettings("other", "https://other.example"), NOW)
    await fill_three_months(pool, site_id, other)
    total = {each: await sizes(pool, each) for each in (site_id, other)}
    for each in (site_id, other):
        for days in range(82):
            await mark(pool, each, NOW - timedelta(days=days))
    await rebuild_rollups()
    assert await pool.fetchval(MONTHS) == 3

    await keep_days(pool, site_id, 10)
    await keep_days(pool, other, 45)
    await data_retention.run(60)
    assert await pool.fetchval(MONTHS) == 1, "October has days that the other site keeps"
    for each in (site_id, other):
        report = await pool.fetchrow("select * from data_retention_runs where site_id = $1", each)
        left = await sizes(pool, each)
        assert report["months_dropped"] == 1
        assert report["visits"] == total[each]["visits"] - left["visits"] > 0
        assert report["events"] == total[each]["events"] - left["events"] > 0
        await rebuild_rollups()
    assert await rolled_up(pool, other) == await recounted(pool, other, "UTC")
    assert await rolled_up(pool, site_id) == await recounted(pool, site_id, "Europe/Berlin")


async def test_no_month_is_dropped_while_one_site_keeps_everything(pool, site_id, data_retention):
    other = await create_site(pool, SiteSettings("other", "https://other.example"), NOW)
    await fill_three_months(pool, site_id, other)
    await keep_days(pool, site_id, 10)
    await data_retention.run(60)
    assert await pool.fetchval(MONTHS) == 3
    assert (await pool.fetchrow("select * from data_retention_runs"))["months_dropped"] == 0
    assert not await pool.fetchval(
        "select count(*) from visits where site_id = $1 and ended_at < $2", site_id, NOW - timedelta(days=12)
    )


async def test_month_in_use_is_not_dropped_and_its_rows_are_deleted(pool, site_id, data_retention):
    await fill_three_months(pool, site_id)
    await keep_days(pool, site_id, 10)
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetch("select count(*) from visits")
        await data_retention.run(60)
        assert not await connection.fetchval(
            "select count(*) from visits where ended_at < $1", NOW - timedelta(days=12)
        )
    assert await pool.fetchval(MONTHS) == 3
    assert (await pool.fetchrow("select finished_at from data_retention_runs"))["finished_at"]


async def test_worker_runs_data_retention_periodically(pool, site_id, stored_data, worker):
    await keep_days(pool, site_id, 3)
    [job] = [job for job in worker.periodic_worker.cron_jobs if job.name == "data-retention"]
    await job.coroutine({})
    assert (await pool.fetchrow("select finished_at from data_retention_runs"))["finished_at"]
