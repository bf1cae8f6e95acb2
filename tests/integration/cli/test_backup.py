"""Backup and restore: all data is restored, and every report is the same as before."""

import asyncio
import json
import resource
import signal
from datetime import UTC, datetime, timedelta
from random import Random

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.clock import utc
from common.sites import SiteSettings
from common.store.accounts import create_site, create_user
from services.api.app import create_app
from services.cli.backup.backup_file import BackupError, BackupReader, BackupWriter, check_file
from services.cli.backup.databases import migration_of
from services.cli.backup.dump import back_up
from services.cli.backup.restore import restore
from tests.conftest import SHARDS
from tests.integration.api.seeding import some_beacons, store
from tests.support.beacons import NOON
from tests.support.install import Install
from tests.support.servers import settings_for
from tests.support.waiting import wait_until

NOW = utc(NOON)
A_DAY = timedelta(days=1)
REPORTS = [
    f"/api/v1/sites/shop/stats/{report}?period=custom&from=2026-09-01&to=2026-11-22&{more}"
    for report, more in (
        ("summary", ""),
        ("timeseries", "interval=day"),
        ("timeseries", "interval=week"),
        ("goals", ""),
        ("paths", ""),
        ("cohort-retention", "interval=week"),
        ("summary", "filter=device:is:desktop"),
        *((f"breakdown/{dimension}", "limit=1000") for dimension in ("page", "source", "browser_version", "exit")),
        ("breakdown/page", "filter=browser:is:Chrome"),
    )
] + [
    "/api/v1/sites",
    "/api/v1/sites/shop/goals",
    "/api/v1/users",
    "/api/v1/sites/shop/bots?period=30d",
    "/api/v1/accounting",
]


@pytest.fixture
async def filled(settings, redis, pool):
    """A database with rows in most of its tables."""
    clock = lambda: NOON  # noqa: E731
    site_id = await create_site(pool, SiteSettings("shop", "https://shop.example", timezone="Europe/Berlin"), NOW)
    for days in (60, 30, 2, 0):
        begin = NOW - timedelta(days=days + 1)
        await store(some_beacons(Random(days), site_id, begin, begin + A_DAY, 60), settings, redis, clock)
    await pool.execute(
        "insert into goals (id, site_id, name, page, created_at)"
        " values (gen_random_uuid(), $1, 'Prices', '/prices*', $2)",
        site_id,
        NOW,
    )
    await pool.execute(
        "insert into dead_letters values (1, gen_random_uuid(), $1, $2, $2, 'x', '\\x00ff')", site_id, NOW
    )
    await pool.execute(
        "insert into audit_log values (gen_random_uuid(), $1, null, 'ada', 'x', 'y', '{\"a\": 1}', 'r')", NOW
    )
    return settings


@pytest.fixture
def empty(postgres):
    """The URL of a database without tables."""

    async def admin(statement):
        connection = await asyncpg.connect(postgres.database_url("postgres"))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(admin("drop database if exists restored with (force)"))
    asyncio.run(admin("create database restored"))
    yield postgres.database_url("restored")
    asyncio.run(admin("drop database restored with (force)"))


async def all_reports(settings):
    """Return every report of the API, as an administrator."""
    clock = lambda: NOON  # noqa: E731
    async with TestClient(TestServer(create_app(settings, clock))) as client:
        login = {"username": "ada", "password": PASSWORD_OF_ADA}
        response = await client.post("/api/v1/auth/token", json=login)
        assert response.status == 200, await response.text()
        headers = {"Authorization": f"Bearer {(await response.json())['access_token']}"}
        found = {}
        for address in REPORTS:
            response = await client.get(address, headers=headers)
            assert response.status == 200, (address, await response.text())
            found[address] = await response.json()
        return found


PASSWORD_OF_ADA = "correct horse battery"


@pytest.fixture
async def ada(filled, pool):
    await create_user(pool, "ada", PASSWORD_OF_ADA, is_admin=True, now=NOW)


@pytest.fixture
def other(databases):
    """The URL of a migrated database without data."""
    with databases.clone() as url:
        yield url


def url_of(settings):
    return settings.database.url.get_secret_value()


async def test_restored_database_has_the_same_reports(filled, ada, redis, empty, tmp_path, valkey):
    before = await all_reports(filled)
    assert before[REPORTS[0]]["visits"] > 100
    rows = await back_up(url_of(filled), tmp_path / "file", NOW)
    assert rows["audit_log"] > 0
    restored = await restore(empty, tmp_path / "file", migration_of(empty))
    assert restored == rows
    there = settings_for(empty, valkey.url, shards=SHARDS)
    assert json.dumps(await all_reports(there), sort_keys=True) == json.dumps(before, sort_keys=True)


async def test_ids_of_deleted_sites_are_not_used_again_after_restore(filled, empty, tmp_path, pool):
    gone = await create_site(pool, SiteSettings("gone", "https://gone.example"), NOW)
    await pool.execute("delete from sites where id = $1", gone)
    await back_up(url_of(filled), tmp_path / "file", NOW)
    await restore(empty, tmp_path / "file", migration_of(empty))
    connection = await asyncpg.connect(empty)
    assert await create_site(connection, SiteSettings("next", "https://next.example"), NOW) == gone + 1
    await connection.close()


async def test_backup_is_one_snapshot_while_others_write(filled, tmp_path, pool, monkeypatch):
    before = await pool.fetchval("select count(*) from visits")
    add, changed = BackupWriter.add, []

    async def change_first(self, data):
        if not changed:
            changed.append(await create_site(pool, SiteSettings("later", "https://later.example"), NOW))
            await pool.execute("delete from visits")
        await add(self, data)

    monkeypatch.setattr(BackupWriter, "add", change_first)
    rows = await back_up(url_of(filled), tmp_path / "file", NOW)
    assert changed
    assert rows["visits"] == before
    assert rows["sites"] == 1


async def test_restore_into_non_empty_database_requires_force(filled, ada, tmp_path, other):
    await back_up(url_of(filled), tmp_path / "file", NOW)
    connection = await asyncpg.connect(other)
    await create_site(connection, SiteSettings("mine", "https://mine.example"), NOW)
    with pytest.raises(BackupError, match="not empty"):
        await restore(other, tmp_path / "file", migration_of(other))
    names = "select string_agg(name, ' ') from sites"
    assert await connection.fetchval(names) == "mine"
    await restore(other, tmp_path / "file", migration_of(other), force=True)
    assert await connection.fetchval(names) == "shop"
    await connection.close()


async def test_restore_is_refused_while_services_are_running(filled, tmp_path, settings, redis):
    await back_up(url_of(filled), tmp_path / "file", NOW)
    async with TestClient(TestServer(create_app(settings, lambda: NOON))):
        with pytest.raises(BackupError, match="still connected to this database: api"):
            await restore(url_of(filled), tmp_path / "file", migration_of(url_of(filled)), force=True)


async def test_damaged_file_is_rejected_before_database_is_changed(filled, tmp_path, other):
    path = tmp_path / "file"
    await back_up(url_of(filled), path, NOW)
    whole = path.read_bytes()
    middle = len(whole) // 2
    for broken in (whole[:-20], whole[:middle], whole[:middle] + b"\0" * 8 + whole[middle + 8 :], b"", b"no backup"):
        path.write_bytes(broken)
        with pytest.raises(BackupError, match=r"file: (damaged|not a PyUniqVisit backup)"):
            check_file(path)
        with pytest.raises(BackupError):
            await restore(other, path, migration_of(other), force=True)


async def test_backup_of_another_schema_is_rejected_before_database_is_changed(filled, tmp_path, other, pool):
    await pool.execute("update alembic_version set version_num = '0004'")
    await back_up(url_of(filled), tmp_path / "file", NOW)
    connection = await asyncpg.connect(other)
    await create_site(connection, SiteSettings("mine", "https://mine.example"), NOW)
    with pytest.raises(BackupError, match="has schema 0004, but this version needs"):
        await restore(other, tmp_path / "file", migration_of(other), force=True)
    assert await connection.fetchval("select name from sites") == "mine"
    await connection.close()


@pytest.mark.parametrize("room", [0, 3_000], ids=["none", "some"])
async def test_backup_on_full_disk_names_its_file_and_leaves_nothing(filled, tmp_path, room):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(OSError, match="file") as refused:
            await back_up(url_of(filled), tmp_path / "file", NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert refused.value.filename == str(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


async def test_backup_is_private_and_has_no_salts(filled, tmp_path, redis):
    salt = b"0123456789abcdef0123456789abcdef"
    await redis.set("salts:install", salt)
    path = tmp_path / "file"
    await back_up(url_of(filled), path, datetime(2026, 11, 22, tzinfo=UTC))
    assert path.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "file.part").exists()
    with BackupReader(path) as reader:
        text = b"".join(chunk for table in reader.tables() for chunk in reader.data(table))
    assert salt not in text
    assert b"/prices" in text


def test_install_moves_to_another_directory_by_backup_and_restore(tmp_path):
    file = tmp_path / "backup"
    old, new = Install(tmp_path / "old"), Install(tmp_path / "new")
    old.folder.mkdir()
    old.up()
    old.post(f"{old.collector}/collect", {"site": "demo", "url": "https://anywhere.example/hello"})
    pages = "/api/v1/sites/demo/stats/summary?period=day"
    wait_until(lambda: old.get(old.api + pages, old.token())["pageviews"] == 1)
    verified = old.run("backup", str(file), "--verify", "--data-dir", str(old.data))
    assert verified.returncode == 0, verified.stderr
    assert "Verified" in verified.stdout
    refused = old.run("restore", str(file), "--force", "--data-dir", str(old.data))
    assert (refused.returncode, "in use by another `pyuniqvisit up`" in refused.stderr) == (1, True)
    assert old.end(signal.SIGTERM) == 0

    existing = old.run("backup", str(file), "--data-dir", str(old.data))
    assert (existing.returncode, "--overwrite" in existing.stderr) == (1, True)
    overwritten = old.run("backup", str(file), "--overwrite", "--data-dir", str(old.data))
    assert overwritten.returncode == 0, overwritten.stderr

    (tmp_path / "new").mkdir()
    assert "Verified" in new.run("restore", str(file), "--verify").stdout
    restored = new.run("restore", str(file), "--data-dir", str(new.data))
    assert restored.returncode == 0, restored.stderr
    new.up()
    assert new.get(new.api + pages, new.token())["pageviews"] == 1
    checked = new.run("doctor", "--data-dir", str(new.data))
    assert "PostgreSQL" in checked.stdout
    assert "up to date" in checked.stdout
    assert "no response" not in checked.stdout, "doctor uses the URLs of this install"
    assert checked.returncode == 0, checked.stdout
    assert new.end(signal.SIGTERM) == 0
