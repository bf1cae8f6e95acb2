"""Row-level security: what the API's database role cannot do, whatever its queries are."""

import asyncio
import re
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import asyncpg
import pytest

from common.store import Role, open_pool
from common.store.install import InstallError
from common.store.roles import enter_role
from services.api import row_security
from services.api.reports.raw_reader import RawReader
from tests.integration.api.people import make_site_admin
from tests.integration.api.seeding import store
from tests.support.beacons import beacon_maker

OPEN_TO_ALL = {
    # Read before the caller and the site are known.
    "api_keys",
    "share_links",
    "site_members",
    "site_keys",
    # For administrators: numbers of beacons, and sites that are being deleted.
    "ingest_accepted",
    "ingest_counts",
    "site_deletions",
}
_ITS_SITE = re.compile(r"(\w\.)?\bsite_id = \$1\b")
TABLES_OF_SITES = """
    select c.relname, c.relrowsecurity from pg_class c join pg_attribute a on a.attrelid = c.oid
    where a.attname = 'site_id' and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
        and c.relnamespace = 'public'::regnamespace
"""


@pytest.fixture
async def sites(client, admin, pool, redis, api_settings, clock):
    """Two with visitors: of the shop one, of the bank three, each today and a week ago."""
    numbers = []
    for name in ("shop", "bank"):
        body = {"name": name, "url": f"https://{name}.example"}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
        numbers.append(await pool.fetchval("select id from sites where name = $1", name))
    make = beacon_maker()
    shop, bank = numbers
    beacons = [
        make(int((clock.now - timedelta(days=days, minutes=1)).timestamp() * 1000), who=who, site_id=site)
        for days in (0, 7)
        for site, people in ((shop, "a"), (bank, "xyz"))
        for who in people
    ]
    await store(beacons, api_settings, redis, clock)
    run = "insert into data_retention_runs (site_id, kept_from, started_at) values ($1, $2, $3)"
    await pool.executemany(run, [(site, clock.now.date(), clock.now) for site in numbers])
    return shop, bank


@pytest.fixture
async def secured_pool(settings, sites):
    """A pool as the API has it."""
    pool = await open_pool(
        settings.database,
        application="tests",
        role=Role.API,
        before_use=row_security.configure_connection,
        connection_class=row_security.RowSecurityConnection,
    )
    row_security.forbid_all_sites()
    yield pool
    await pool.close()


async def seen(pool, table):
    return {row["site_id"] for row in await pool.fetch(f"select distinct site_id from {table}")}


async def test_report_without_site_filter_has_no_rows_of_other_sites(sites, client, reader, pool):
    await make_site_admin(pool, reader, "shop")
    fetch, forgot = RawReader.fetch, []

    async def fetch_from_all_sites(self, question, *settings):
        # The number stays in the statement, so that its arguments fit.
        forgetful = question._replace(text=_ITS_SITE.sub("$1::integer is not null", question.text))
        forgot.append(forgetful.text != question.text)
        return await fetch(self, forgetful, *settings)

    async def visitors():
        url = "/api/v1/sites/shop/stats/summary?period=7d&filter=page:is:/"
        answer = await client.get(url, headers=reader.headers)
        assert answer.status == 200, await answer.text()
        return (await answer.json())["visitors"]

    expected = await visitors()
    with patch.object(RawReader, "fetch", fetch_from_all_sites):
        assert await visitors() == expected == 1
        assert any(forgot)
        # In a request that is allowed to access both sites, the same queries return all visitors.
        scope_of_all = partial(row_security.allow_sites, sites)
        with patch("services.api.sites.service.allow_sites", lambda _: scope_of_all()):
            assert await visitors() == 4


async def test_repository_without_site_filter_sees_only_allowed_sites(sites, secured_pool, pool):
    shop, bank = sites
    forgetful = "select count(*) from visits where shard = any($1)"
    all_shards = list(range(4))
    assert await pool.fetchval(forgetful, all_shards) == 8
    assert await secured_pool.fetchval(forgetful, all_shards) == 0, "no site is allowed at first"
    row_security.allow_sites([shop])
    assert await secured_pool.fetchval(forgetful, all_shards) == 2
    row_security.allow_sites([bank])
    assert await secured_pool.fetchval(forgetful, all_shards) == 8
    row_security.forbid_all_sites()
    assert await secured_pool.fetchval(forgetful, all_shards) == 0


async def test_every_table_with_rows_of_sites_has_row_security_or_is_listed(sites, secured_pool, pool):
    shop, bank = sites
    tables = dict(await pool.fetch(TABLES_OF_SITES))
    assert {name for name, walled_in in tables.items() if not walled_in} == OPEN_TO_ALL
    isolated = tables.keys() - OPEN_TO_ALL
    filled = {name for name in isolated if await seen(pool, name) >= {shop, bank}}
    assert {"visitors", "visits", "events", "rollup_deltas", "data_retention_runs"} <= filled
    for name in isolated:
        row_security.forbid_all_sites()
        assert await seen(secured_pool, name) == set()
        row_security.allow_sites([shop])
        assert await seen(secured_pool, name) <= {shop}, name


async def test_rows_of_other_sites_cannot_be_written(sites, secured_pool, pool):
    shop, bank = sites
    row_security.allow_sites([shop])
    assert await secured_pool.execute("delete from visits where site_id = $1", bank) == "DELETE 0"
    assert await secured_pool.execute("update visitors set site_id = site_id where site_id = $1", bank) == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await secured_pool.execute("insert into rollup_state (site_id, version) values ($1, 7)", bank)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await secured_pool.execute("update visitors set site_id = $1 where site_id = $2", bank, shop)
    assert await pool.fetchval("select count(*) from visits where site_id = $1", bank) == 6


async def test_concurrent_and_consecutive_requests_do_not_share_allowed_sites(sites, secured_pool):
    async def request(site):
        row_security.forbid_all_sites()
        row_security.allow_sites([site])
        for _ in range(20):
            assert await seen(secured_pool, "visits") == {site}

    async def anonymous_request():
        row_security.forbid_all_sites()
        for _ in range(20):
            assert await seen(secured_pool, "visits") == set()

    await asyncio.gather(*(request(site) for site in sites * 4), anonymous_request(), anonymous_request())


async def test_month_of_visits_cannot_be_read_directly(sites, secured_pool, pool):
    row_security.allow_sites(sites)
    partitions = await pool.fetch("select relid::regclass::text from pg_partition_tree('visits') where level > 0")
    assert partitions
    for (partition,) in partitions:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await secured_pool.fetch(f"select * from {partition}")


@pytest.mark.parametrize(
    "statement",
    [
        "drop table visits",
        "truncate events",
        "alter table visits disable row level security",
        "drop policy visible_sites on visits",
        "create table mine (id int)",
        "update audit_log set action = 'nothing'",
        "delete from audit_log",
        "update install set shards = 1",
        "delete from rollups",
        "select * from alembic_version",
        "select drop_partition('visits', '2046-11-01')",
        "copy (select 1) to program 'id'",
        "select pg_read_file('/etc/passwd')",
        "create role friend superuser",
    ],
)
async def test_role_of_api_is_restricted(statement, secured_pool):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await secured_pool.execute(statement)


@pytest.mark.parametrize("table", ["users", "refresh_tokens", "api_keys", "site_keys", "share_links", "audit_log"])
async def test_role_of_worker_cannot_read_users_and_keys(table, settings):
    pool = await open_pool(settings.database, application="tests", role=Role.WORKER)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.fetch(f"select * from {table}")
    await pool.close()


async def test_row_security_allows_partition_pruning_and_indexes(sites, secured_pool):
    shop, _ = sites
    row_security.allow_sites([shop])
    async with secured_pool.acquire() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")
        rows = await connection.fetch(
            "explain (costs off) select count(*) from visits where shard = 1 and site_id = 1"
            " and started_at >= '2046-11-02' and started_at < '2046-11-05'"
        )
    plan = "\n".join(row[0] for row in rows)
    assert "visits_2046_11" in plan
    assert "visits_2046_12" not in plan
    condition = re.search(r"Index Cond: .*", plan)
    assert condition is not None
    assert all(column in condition[0] for column in ("shard", "site_id", "started_at")), plan


async def test_api_does_not_start_without_its_role(pool):
    no_role = patch("common.store.roles._SQL", {"enter_role": "select 1 where $1::text is null"})
    async with pool.acquire() as connection:
        with no_role, pytest.raises(InstallError, match="run the migrations"):
            await enter_role(connection, Role.API)
