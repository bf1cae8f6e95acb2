"""Bringing a database to the newest schema, and an install's fixed facts.

``python -m common.store.migrate`` is the process that containers run before the services, with ``--pre`` while those of
the version before still run.

Alembic is loaded where it is used: it brings SQLAlchemy, and every command would take half as long again to begin.
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
from common.store.pool import connect, reaching
from common.store.queries import load_queries

if TYPE_CHECKING:
    from alembic.config import Config

_SQL = load_queries("common.store")


class Phase(StrEnum):
    """When a revision may be applied, as its file says. A release's post revisions come after its pre revisions."""

    PRE = "pre"
    """Before the release's code, too: what the version before reads and writes is still there."""
    POST = "post"
    """When nothing of the version before runs any more: takes away what only that needed."""


def migrate(settings: Settings, through: Phase = Phase.POST) -> None:
    """Applies every missing revision, records the install, and says what its roles may do. Safe to repeat.

    ``through`` pre: without the post revisions of this release; those of earlier ones are applied.
    Raises ``ConfigError``, ``InstallError``, ``OSError`` or a database error. Needs no running event loop.
    """
    url = database_url(settings.database)
    upgrade(url, newest_revision(through))
    asyncio.run(_record_install(url, settings.install.shards))


def upgrade(url: str, revision: str) -> None:
    """Applies what is missing up to ``revision``; nothing where the database is beyond it. Raises as ``migrate``."""
    from alembic import command
    from alembic.util.exc import CommandError

    try:
        with reaching(url):
            command.upgrade(_alembic(url), revision)
    except CommandError as error:  # as a rule: a revision that this code does not have
        raise InstallError(f"the database belongs to another version of this program: {error}") from None


def newest_revision(through: Phase = Phase.POST) -> str:
    """The revision that this code brings a database to."""
    from alembic.script import ScriptDirectory

    revisions = ScriptDirectory.from_config(_alembic("")).walk_revisions()  # from the newest on
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
        print(f"migrate: {one_line(error)}", file=sys.stderr)  # noqa: T201 - the process's one line for its operator
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
