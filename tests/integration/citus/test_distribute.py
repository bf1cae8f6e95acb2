"""Distribution of an existing install: the numbers stay the same and all services continue."""

import asyncio
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner, Result

from common.clock import utc
from common.config import Settings
from common.sites import SiteSettings
from common.store import Role, connect, open_pool
from common.store.accounts import create_site
from common.store.distribution import distribute, distribute_new_tables
from common.store.migrate import migrate, upgrade
from common.store.migrations.revision import execute_all
from services.api import row_security
from services.cli.embedded import EmbeddedValkey
from services.cli.main import cli
from services.worker.app import open_worker
from services.worker.rollups.rebuild import Rebuild
from tests.conftest import SHARDS
from tests.integration.worker.conftest import Put
from tests.support.beacons import MINUTE, NOON, beacon_maker
from tests.support.citus import CitusDatabases
from tests.support.recount import recounted, rolled_up
from tests.support.servers import settings_for


@pytest.fixture
def database_url(cluster: CitusDatabases) -> Iterator[str]:
    """A database of the cluster without distributed tables, partitioned by month as on a single Postgres."""
    with cluster.empty() as url:
        yield url


@pytest.fixture
def settings(database_url: str, valkey: EmbeddedValkey) -> Settings:
    settings = settings_for(database_url, valkey.url, shards=SHARDS)
    migrate(settings)
    return settings


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["distribute", *arguments], env={"PYUNIQVISIT_DATABASE__URL": url})


async def test_distributed_install_keeps_its_numbers_and_continues(
    settings: Settings, put: Put, clock, database_url: str
):
    make = beacon_maker()
    beacons = [make(NOON + n * MINUTE, who=f"{n % 17} visitor", path=f"/{n % 5}") for n in range(90)]

    async def store(some: list) -> None:
        await put(some)
        async with open_worker(settings, clock, burst=True) as worker:
            for shard in range(SHARDS):
                await worker.ingest.drain(shard, 10)
            await worker.compaction.run(10, everything=True)

    pool = await open_pool(settings.database, application="tests")
    async with pool:
        site_id = await create_site(pool, SiteSettings("demo", "https://shop.example"), utc(NOON))
        await store(beacons[:60])
        before = await rolled_up(pool, site_id)
        assert before
        async with pool.acquire() as connection:
            assert await distribute(connection)
        await pool.expire_connections()

        assert await rolled_up(pool, site_id) == before == await recounted(pool, site_id, "UTC", exits=False)
        await store(beacons[60:])
        assert await pool.fetchval("select count(*) from events") == 90
        await Rebuild(pool, range(SHARDS), clock).run(30, at_once=True)
        assert await rolled_up(pool, site_id) == await recounted(pool, site_id, "UTC")
        assert await pool.fetchval("select ensure_partition('visits', $1)", date(2031, 5, 1)) is True
        assert await pool.fetchval("select count(*) from citus_tables where table_name = 'visits_2031_05'::regclass")


def test_dry_run_lists_tables_and_changes_nothing(settings: Settings, database_url: str):
    result = run(database_url, "--dry-run")
    assert result.exit_code == 0
    assert "visits: by shard" in result.output
    assert "rollups: by site_id" in result.output
    assert run(database_url, "--dry-run").output == result.output


def test_second_run_changes_nothing(settings: Settings, database_url: str):
    assert "14 tables are distributed" in run(database_url).output
    assert run(database_url).output == "everything is distributed\n"
    migrate(settings)


async def test_running_service_prevents_distribution_and_dry_run(settings: Settings, database_url: str):
    pool = await open_pool(settings.database, application="worker")
    async with pool:
        for arguments in ([], ["--dry-run"]):
            result = await asyncio.to_thread(run, database_url, *arguments)
            assert str(result.exception) == "the worker still use this database; stop them first"


@pytest.mark.parametrize(
    "statement", ["select citus_remove_node(nodename, nodeport) from pg_dist_node", "drop extension citus"]
)
async def test_missing_servers_prevent_distribution_and_dry_run(statement: str, settings: Settings, database_url: str):
    connection = await connect(database_url)
    try:
        await connection.execute(statement)
        for arguments in ([], ["--dry-run"]):
            result = await asyncio.to_thread(run, database_url, *arguments)
            assert "no server accepts shards" in str(result.exception)
        left = await connection.fetchval("select count(*) from pg_extension where extname = 'citus'")
        assert left == ("extension" not in statement)
    finally:
        await connection.close()


async def test_error_names_server_without_the_database(settings: Settings, database_url: str, cluster: CitusDatabases):
    unreachable = cluster.cluster.workers[1]
    name = database_url.rpartition("/")[2]
    connection = await asyncpg.connect(cluster.cluster.database_url("postgres", unreachable))
    try:
        await connection.execute(f"drop database {name} with (force)")
        for arguments in ([], ["--dry-run"]):
            result = await asyncio.to_thread(run, database_url, *arguments)
            assert str(result.exception).startswith(f"{unreachable.host}:{unreachable.port} cannot be reached")
    finally:
        await connection.close()


async def test_service_started_during_distribution_waits_and_detects_it(
    settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    done, go_on = asyncio.Event(), asyncio.Event()
    distribution = import_module("common.store.distribution.distribute")  # its name in the package is the function's
    really = distribution._distribute

    async def halting(*arguments: Any) -> Any:
        tables = await really(*arguments)
        done.set()
        await go_on.wait()
        return tables

    monkeypatch.setattr(distribution, "_distribute", halting)
    connection = await connect(database_url)
    try:
        distributing = asyncio.create_task(distribute(connection))
        await done.wait()
        api = asyncio.create_task(
            open_pool(
                settings.database,
                application="api",
                role=Role.API,
                before_use=row_security.configure_connection,
                connection_class=row_security.RowSecurityConnection,
            )
        )
        async with await api as pool:
            asking = asyncio.create_task(_detects_distribution(pool))
            await asyncio.sleep(0.5)
            assert not asking.done()
            go_on.set()
            assert await asking
        assert len(await distributing) == 14
    finally:
        await connection.close()


async def _detects_distribution(pool: Any) -> bool:
    async with pool.acquire() as connection:
        return row_security.is_distributed_on(connection)


async def test_distribution_waits_for_open_ingest_transaction(settings: Settings, database_url: str):
    """A writer that is not a service, such as a command, is not interrupted."""
    connection, other = await connect(database_url), await connect(database_url)
    try:
        async with other.transaction():
            await other.execute("select from ingest_offsets where shard = 1 for update")
            distributing = asyncio.create_task(distribute(connection))
            await asyncio.sleep(0.5)
            # Nothing that it will write is locked yet: neither waits for the other.
            await other.execute("insert into ingest_counts values (1, 1, '2026-11-22', 'stored', 3)")
            assert not distributing.done()
        assert len(await distributing) == 14
        assert await other.fetchval("select beacons from ingest_counts where shard = 1") == 3
    finally:
        await connection.close()
        await other.close()


async def test_table_added_by_upgrade_is_colocated(settings: Settings, database_url: str):
    connection = await connect(database_url)
    try:
        await distribute(connection)
        await connection.execute("create table later (shard smallint, n integer, primary key (shard, n))")
        assert [table.name for table in await distribute_new_tables(connection)] == ["later"]
        assert await connection.fetchval(
            "select count(distinct colocation_id) from citus_tables"
            " where table_name in ('later'::regclass, 'visits'::regclass)"
        ) == 1  # fmt: skip
    finally:
        await connection.close()


async def test_revision_with_many_statements_changes_distributed_tables(settings: Settings, database_url: str):
    connection = await connect(database_url)
    try:
        await distribute(connection)
        async with connection.transaction():
            await execute_all(
                connection,
                """
                -- One statement; and another.
                alter table visits add column later integer not null default 7;
                create table later_too (site_id integer primary key);
                alter table ingest_offsets add column later text not null default 'a;b';
                create index on visits (shard, later);
                """,
            )
        assert await connection.fetchval("select count(*) from ingest_offsets where later = 'a;b'") == SHARDS
        assert await connection.fetchval("select count(later) from visits") == 0
    finally:
        await connection.close()


async def test_older_schema_must_be_migrated_first(database_url: str):
    await asyncio.to_thread(upgrade, database_url, "0004")
    for arguments in ([], ["--dry-run"]):
        result = await asyncio.to_thread(run, database_url, *arguments)
        assert str(result.exception).startswith("the schema is 0004, but this version needs ")


async def test_coordinator_keeps_no_rows_of_distributed_tables(settings: Settings, database_url: str):
    """Existing rows are moved to the shards and not kept on the coordinator's disk as well."""
    connection = await connect(database_url)
    try:
        await distribute(connection)
        assert await connection.fetchval("select pg_relation_size('ingest_offsets')") == 0
        assert await connection.fetchval("select count(*) from ingest_offsets") == SHARDS
    finally:
        await connection.close()
