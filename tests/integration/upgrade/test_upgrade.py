"""Upgrading an install with data: its numbers, its accounting, and the earlier release that still runs during it."""

import asyncio

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from common.store import Role, connect, load_queries
from common.store.install import InstallError
from common.store.migrate import Phase, migrate, newest_revision
from common.store.roles import enter_role
from services.api.app import create_app
from services.worker.app import open_worker
from tests.integration.api.conftest import NOW, StillClock
from tests.integration.api.people import User, access_tokens
from tests.integration.api.stored import work
from tests.support.recount import recounted, rolled_up

SHARDS = 4
EARLIER_SQL = load_queries("tests.integration.upgrade.schema_0001")


@pytest.fixture
def clock():
    return StillClock(NOW)


@pytest.fixture
async def upgraded(settings):
    await asyncio.to_thread(migrate, settings)
    return settings


@pytest.fixture
async def client(upgraded, clock, redis):
    async with TestClient(TestServer(create_app(upgraded, clock))) as opened:
        yield opened


@pytest.fixture
async def ada(pool, settings, clock):
    """The administrator of the earlier install, with a new token."""
    user_id = await pool.fetchval("select id from users where username = 'ada'")
    return User(user_id, "ada", {"Authorization": f"Bearer {access_tokens(settings, clock).issue(user_id)}"})


@pytest.fixture
async def ask(client, ada):
    async def get(path):
        answer = await client.get(URL(f"/api/v1/{path}"), headers=ada.headers)
        assert answer.status == 200, (path, await answer.text())
        return await answer.json()

    return get


@pytest.fixture
async def streams(redis, reported):
    """Beacons that collectors of the earlier release had added to the streams and no worker had read."""
    for stream, entries in reported["streams"].items():
        for entry_id, fields in entries:
            await redis.xadd(stream, {name: bytes.fromhex(value) for name, value in fields.items()}, entry_id)


def reduced(answer, before):
    """Return ``answer`` with only the fields of the earlier answer ``before``; rows in the same order."""
    if isinstance(before, dict):
        return {name: reduced(answer.get(name), value) for name, value in before.items()}
    if isinstance(before, list):
        assert len(answer) == len(before)
        return [reduced(*pair) for pair in zip(answer, before, strict=True)]
    return answer


async def test_every_report_is_that_of_the_earlier_release(ask, reported):
    assert len(reported["reports"]) > 25
    for path, before in reported["reports"].items():
        assert reduced(await ask(f"sites/{path}"), before) == before, path


async def test_reports_are_the_same_after_all_rollups_are_rebuilt(ask, reported, pool, upgraded, clock, client, ada):
    for site in ("shop", "blog"):
        answer = await client.post(f"/api/v1/sites/{site}/rollups/rebuild", json={}, headers=ada.headers)
        assert answer.status == 202, await answer.text()
    async with open_worker(upgraded, clock, burst=True) as worker:
        await worker.compaction.run(60, everything=True)
        assert await worker.rebuild.run(60, at_once=True)
    for site_id, timezone in ((1, "Pacific/Auckland"), (2, "UTC")):
        assert await rolled_up(pool, site_id) == await recounted(pool, site_id, timezone)
    for path, before in reported["reports"].items():
        assert reduced(await ask(f"sites/{path}"), before) == before, path


async def test_accounting_starts_with_what_was_stored_and_stays_exact(ask, reported, streams, upgraded, clock):
    before, waiting = sum(reported["beacons"].values()), 6
    total = (await ask("accounting"))["total"]
    assert (total["accepted"], total["backlog"], total["difference"]) == (before + waiting, waiting, 0)
    assert total["stored"] == reported["beacons"]["stored"]
    async with open_worker(upgraded, clock, burst=True) as worker:
        assert await work(worker, SHARDS) == waiting
        assert worker.metrics.get_sample_value("pyuniqvisit_worker_missing_beacons_total") == 0
    total = (await ask("accounting"))["total"]
    assert (total["stored"], total["difference"]) == (reported["beacons"]["stored"] + waiting, 0)
    [page] = (await ask("sites/blog/stats/breakdown/page?period=day&filter=page:is:/waiting/3"))["rows"]
    assert (page["visitors"], page["pageviews"]) == (1, 1)


async def test_erased_visitors_stay_erased_and_bots_stay_separate(ask, pool, upgraded):
    assert await pool.fetchval("select count(*) from visits where entry_page = '/erased'") == 0
    assert await pool.fetchval("select count(*) from visitor_erasures") == 1
    reasons = await pool.fetch("select distinct bot_reason, bot_verdict from visits where bot_reason <> ''")
    assert ("referrer:spam", "referrer:spam") in {tuple(row) for row in reasons}
    assert all(verdict == reason for reason, verdict in reasons)


async def assert_the_earlier_worker_runs(settings, reported):
    """Every statement of the earlier release's worker is valid, and its COPY leaves no required column out."""
    connection = await connect(settings.database.url.get_secret_value())
    try:
        for name, statement in EARLIER_SQL.items():
            if "staged_" not in statement:  # temporary tables of the transaction
                assert await connection.prepare(statement), name
        for table, columns in reported["copied"].items():
            needed = await connection.fetch(
                "select column_name from information_schema.columns"
                " where table_name = $1 and is_nullable = 'NO' and column_default is null",
                table,
            )
            assert {name for (name,) in needed} <= set(columns)
    finally:
        await connection.close()


async def test_earlier_services_run_until_the_post_revisions_of_this_release(settings, reported):
    await asyncio.to_thread(migrate, settings, Phase.PRE)
    await assert_the_earlier_worker_runs(settings, reported)


async def test_this_release_runs_until_the_post_revisions_of_the_next(settings, reported, next_release, pool):
    pre, post = next_release
    await asyncio.to_thread(migrate, settings, Phase.PRE)
    assert await pool.fetchval("select version_num from alembic_version") == pre
    await assert_the_earlier_worker_runs(settings, reported)
    await asyncio.to_thread(migrate, settings)
    assert await pool.fetchval("select version_num from alembic_version") == post
    with pytest.raises(asyncpg.UndefinedColumnError):
        await pool.fetchval("select screen_width from visits")


async def test_migrating_twice_or_backwards_in_phases_changes_nothing(upgraded, pool):
    for phase in (Phase.PRE, Phase.POST, Phase.PRE):
        await asyncio.to_thread(migrate, upgraded, phase)
    assert await pool.fetchval("select version_num from alembic_version") == newest_revision()


async def test_a_database_of_a_later_release_is_refused(settings, next_release, pool, monkeypatch):
    await asyncio.to_thread(migrate, settings)
    monkeypatch.undo()
    with pytest.raises(InstallError, match="another version"):
        await asyncio.to_thread(migrate, settings)


async def test_an_upgrade_without_its_lock_changes_nothing_and_can_be_repeated(settings, next_release):
    holding = await connect(settings.database.url.get_secret_value())
    try:
        async with holding.transaction():
            await holding.execute("lock table visits in access share mode")
            with pytest.raises(Exception, match="lock timeout"):
                await asyncio.to_thread(migrate, settings)
        assert await holding.fetchval("select version_num from alembic_version") == "0001"
        await asyncio.to_thread(migrate, settings)
        assert await holding.fetchval("select version_num from alembic_version") == newest_revision()
        await enter_role(holding, Role.API)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await holding.execute("drop table visits")
    finally:
        await holding.close()
