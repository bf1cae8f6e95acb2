"""A database of an earlier release with data in it, and a release after the current one."""

import asyncio
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from common.store import migrate as migrations
from common.store.migrate import upgrade
from services.cli.embedded import EmbeddedPostgres
from tests.support.servers import settings_for

SHARDS = 4
_STORED = files("tests.integration.upgrade.schema_0001")
_REVISION = '''"""A revision of the next release."""

from alembic import op

revision = "{revision}"
down_revision = "{before}"
phase = "{phase}"


def upgrade() -> None:
    op.execute("{statement}")
'''


@pytest.fixture
def reported() -> Any:
    """What the earlier release reported: its reports, beacons by outcome, and what its streams held."""
    return json.loads((_STORED / "reported.json").read_text(encoding="utf-8"))


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a database at revision 0001."""
    name = "earlier_release"
    postgres.create_database(name)
    url = postgres.database_url(name)
    upgrade(url, "0001")
    asyncio.run(_execute(url, (_STORED / "rows.sql").read_text(encoding="utf-8")))
    yield url
    asyncio.run(_execute(postgres.database_url("postgres"), f"drop database {name} with (force)"))


@pytest.fixture
def settings(database_url: str, valkey: Any) -> Any:
    return settings_for(database_url, valkey.url, shards=SHARDS)


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Add a pre and a post revision to those of the current release. Returns their names."""
    current = migrations.newest_revision()
    pre, post = "next_pre", "next_post"
    for revision, before, phase, statement in (
        (pre, current, "pre", "alter table visits add column weather text not null default ''"),
        (post, pre, "post", "alter table visits drop column screen_width"),
    ):
        text = _REVISION.format(revision=revision, before=before, phase=phase, statement=statement)
        (tmp_path / f"{revision}.py").write_text(text)
    folders = f"{files('common.store.migrations.versions')} {tmp_path}"
    original = migrations._alembic

    def with_next_release(url: str) -> Any:
        config = original(url)
        config.set_main_option("path_separator", "space")
        config.set_main_option("version_locations", folders)
        return config

    monkeypatch.setattr(migrations, "_alembic", with_next_release)
    return pre, post


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
