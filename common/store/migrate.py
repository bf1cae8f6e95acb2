"""Migrates a database to the newest schema, and records the properties of the install.

Containers run ``python -m common.store.migrate`` before the services start, with ``--pre`` while services of the
previous version still run.

Alembic is imported where it is used: it imports SQLAlchemy, with which every command would take 50 % longer to start.
"""

import asyncio
import sys
from collections.abc import Sequence
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING

import asyncpg

from common.config import ConfigError, Settings, database_url, load_settings
from common.store.distribution import distribute_new_tables
from common.store.errors import one_line
from common.store.install import InstallError, check_install
from common.store.pool import connect, naming_server
from common.store.queries import load_queries

if TYPE_CHECKING:
    from alembic.config import Config

_SQL = load_queries("common.store")


class Phase(StrEnum):
    """When a revision can be applied, as its file declares. Post revisions of a release follow its pre revisions."""

    PRE = "pre"
    """Before the release is deployed: everything that the previous version reads and writes still exists."""
    POST = "post"
    """After the previous version has stopped: removes what only that version needed."""


def migrate(settings: Settings, through: Phase = Phase.POST) -> None:
    """Apply all missing revisions, record the install and grant the rights of its roles. Safe to repeat.

    ``through`` pre: without the post revisions of this release; those of earlier releases are applied.
    Raises ``ConfigError``, ``InstallError``, ``OSError`` or a database error. Needs no running event loop.
    """
    url = database_url(settings.database)
    upgrade(url, newest_revision(through))
    asyncio.run(_record_install(url, settings.install.shards))


def upgrade(url: str, revision: str) -> None:
    """Apply missing revisions up to ``revision``; none if the database is newer. Raises as ``migrate`` does."""
    from alembic import command
    from alembic.util.exc import CommandError

    try:
        with naming_server(url):
            command.upgrade(_alembic(url), revision)
    except CommandError as error:  # usually a revision that this version does not have
        raise InstallError(f"the database belongs to another version of PyUniqVisit: {error}") from None


def newest_revision(through: Phase = Phase.POST) -> str:
    """Return the newest revision of this version."""
    from alembic.script import ScriptDirectory

    revisions = ScriptDirectory.from_config(_alembic("")).walk_revisions()  # newest first
    return next(each.revision for each in revisions if through is Phase.POST or each.module.phase == Phase.PRE)


def _alembic(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("common.store.migrations")))
    config.attributes["url"] = "postgresql+asyncpg" + url[url.find("://") :]
    return config


async def _record_install(url: str, shards: int) -> None:
    connection = await connect(url)
    try:
        async with connection.transaction():
            await connection.execute(_SQL["record_install"], shards)
            await connection.execute(_SQL["record_offsets"], shards)
            await connection.execute(_SQL["grant_roles"])
            await distribute_new_tables(connection)
        await check_install(connection, shards)
    finally:
        await connection.close()


def main(arguments: Sequence[str]) -> int:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        migrate(load_settings(), Phase.PRE if "--pre" in arguments else Phase.POST)
    except (ConfigError, InstallError, OSError, asyncpg.PostgresError, SQLAlchemyError) as error:
        print(f"migrate: {one_line(error)}", file=sys.stderr)  # noqa: T201 - the one line of output for administrators
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
