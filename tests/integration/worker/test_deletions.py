"""Sites are deleted in the background: all of their rows, in batches, and no rows of other sites."""

import asyncio
import uuid
from datetime import timedelta
from itertools import count

import pytest

from common.clock import utc
from common.sites import SiteSettings
from common.store.accounts import create_site
from services.worker.deletion.site_deletion import KNOWN_TO_WORKERS, SiteDeletions
from tests.support.beacons import MINUTE, NOON, beacon_maker, visitor
from tests.support.rows import add_visit

NOW = utc(NOON)
TABLES = (
    "events",
    "visits",
    "visitors",
    "dead_letters",
    "rollup_deltas",
    "rollups",
    "stale_days",
    "rollup_state",
    "visitor_notes",
    "visitor_erasures",
    "insights",
    "bot_candidates",
    "bot_scores",
)
VISITS = 23
REQUEST = "insert into site_deletions (site_id, name, requested_at) select id, name, $2 from sites where id = $1"


async def fill(pool, site_id):
    """Add rows of the site to every table; return the number of rows."""
    for number in range(VISITS):
        who = visitor(f"visitor {number % 7}")
        await add_visit(pool, site_id, NOW - timedelta(days=9 * (number % 5), minutes=number), visitor=who, events=(1,))
    await pool.execute(
        "insert into dead_letters (shard, id, site_id, failed_at, error, payload)"
        " select n % 4, gen_random_uuid(), $1, $2, '', '' from generate_series(1, 9) as n",
        site_id,
        NOW,
    )
    await pool.execute(
        "insert into rollup_deltas select 1, gen_random_uuid(), $1, n, $2, '{}', '{}', '{}', '{}', '{}', '{}', '{}',"
        " '{}', '{}', '{}', '{}' from generate_series(1, 9) as n",
        site_id,
        NOW.date(),
    )
    await pool.execute(
        "insert into rollups values ($1, $2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '')", site_id, NOW.date()
    )
    await pool.execute("insert into stale_days values (1, $1, $2, true, $3)", site_id, NOW.date(), NOW)
    await pool.execute("insert into rollup_state values ($1, 1)", site_id)
    await pool.execute("insert into visitor_notes values ($1, gen_random_uuid(), '', '', $2)", site_id, NOW)
    await pool.execute("insert into visitor_erasures values (1, $1, gen_random_uuid(), $2)", site_id, NOW)
    await pool.execute("insert into insights values ($1, '', $2, '{}')", site_id, NOW)
    await pool.execute("insert into bot_candidates values (1, $1, gen_random_uuid(), $2)", site_id, NOW)
    await pool.execute("insert into bot_scores values (1, $1, gen_random_uuid(), 1, '{}', $2, $2)", site_id, NOW)
    return await rows_of(pool, site_id)


async def rows_of(pool, site_id):
    counts = [await pool.fetchval(f"select count(*) from {table} where site_id = $1", site_id) for table in TABLES]
    return sum(counts)


async def progress(pool, site_id):
    return await pool.fetchrow("select * from site_deletions where site_id = $1", site_id)


@pytest.fixture
async def sites(pool):
    """Ids of two sites with rows in every table. The deletion of the first one is requested."""
    first, second = [await create_site(pool, SiteSettings(name, "https://example.com"), NOW) for name in ("one", "two")]
    for site_id in (first, second):
        assert await fill(pool, site_id) > 2 * VISITS
        assert all(
            [await pool.fetchval(f"select exists (select 1 from {t} where site_id = $1)", site_id) for t in TABLES]
        )
    await pool.execute("update sites set deleted_at = $2 where id = $1", first, NOW - KNOWN_TO_WORKERS)
    await pool.execute(REQUEST, first, NOW - KNOWN_TO_WORKERS)
    return first, second


@pytest.fixture
def deletions(pool, settings):
    return SiteDeletions(pool, range(settings.install.shards), lambda: NOON, batch=5)


async def test_all_rows_of_site_are_deleted_and_none_of_others(pool, sites, deletions):
    deleted, other = sites
    before = await rows_of(pool, deleted), await rows_of(pool, other)
    await deletions.run(60)
    assert (await rows_of(pool, deleted), await rows_of(pool, other)) == (0, before[1])
    assert [row["id"] for row in await pool.fetch("select id from sites")] == [other]
    state = await progress(pool, deleted)
    assert (state["rows_total"], state["rows_deleted"], state["finished_at"]) == (before[0], before[0], NOW)


async def test_name_is_available_after_finished_deletion(pool, sites, deletions):
    assert await create_site(pool, SiteSettings("one", "https://example.com"), NOW) is None
    await deletions.run(60)
    assert await create_site(pool, SiteSettings("one", "https://example.com"), NOW) not in (None, *sites)


async def test_progress_is_recorded_after_each_batch_and_next_run_continues(pool, sites, deletions):
    deleted, _ = sites
    total = await rows_of(pool, deleted)
    seen = []
    for _ in range(200):
        calls = count()
        await deletions.run(60, lambda calls=calls: next(calls) == 1)
        state = await progress(pool, deleted)
        if state["finished_at"]:
            break
        assert state["rows_total"] == total
        assert state["rows_deleted"] + await rows_of(pool, deleted) == total
        seen.append(state["rows_deleted"])
    assert state["finished_at"]
    assert 0 < seen[0] < total
    assert seen == sorted(seen)
    assert len(set(seen)) > 3


async def test_run_ends_at_its_time_limit(pool, sites, deletions):
    deleted, _ = sites
    await deletions.run(0)
    assert await rows_of(pool, deleted) > 0
    assert (await progress(pool, deleted))["rows_deleted"] > 0


async def test_concurrent_workers_count_every_row_once(pool, sites, settings):
    deleted, _ = sites
    total = await rows_of(pool, deleted)
    shards = range(settings.install.shards)
    await asyncio.gather(*(SiteDeletions(pool, shards, lambda: NOON, batch=3).run(60) for _ in range(2)))
    state = await progress(pool, deleted)
    assert (state["rows_deleted"], await rows_of(pool, deleted)) == (total, 0)
    assert state["finished_at"]


async def test_deletion_is_not_finished_while_workers_may_store_beacons(pool, sites, deletions):
    deleted, _ = sites
    await pool.execute("update site_deletions set requested_at = $1", NOW - KNOWN_TO_WORKERS + timedelta(seconds=1))
    await deletions.run(60)
    assert await rows_of(pool, deleted) == 0
    assert (await progress(pool, deleted))["finished_at"] is None
    await add_visit(pool, deleted, NOW, visitor=visitor("late"))
    await pool.execute("update site_deletions set requested_at = $1", NOW - KNOWN_TO_WORKERS)
    await deletions.run(60)
    assert await rows_of(pool, deleted) == 0
    state = await progress(pool, deleted)
    assert state["finished_at"] == NOW
    assert state["rows_total"] == state["rows_deleted"]


async def test_beacons_of_deleted_site_are_dropped_and_counted(pool, sites, put, work):
    deleted, other = sites
    make = beacon_maker()
    await put([make(NOON, site_id=deleted), make(NOON, site_id=other), make(NOON + MINUTE, site_id=deleted)])
    await work()
    outcomes = await pool.fetch("select site_id, outcome, beacons from ingest_counts order by site_id")
    assert [tuple(row) for row in outcomes] == [(deleted, "dropped:site-deleted", 2), (other, "stored", 1)]
    seen = await pool.fetch("select site_id from visits where visitor_id = $1", uuid.UUID(bytes=visitor("anna")))
    assert [row["site_id"] for row in seen] == [other]


async def test_worker_runs_deletions_periodically(pool, sites, worker):
    [job] = [job for job in worker.periodic_worker.cron_jobs if job.name == "deletions"]
    await job.coroutine({})
    assert await rows_of(pool, sites[0]) == 0
    assert (await progress(pool, sites[0]))["finished_at"] == NOW
