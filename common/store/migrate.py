"""Bringing a database to the newest schema, and an install's fixed facts.

``python -m common.store.migrate`` is the process that containers run before the services.
"""

import asyncio
import sys
from importlib.resources import files

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from common.config import ConfigError, Settings, database_url, load_settings
from common.store.install import InstallError, check_install
from common.store.pool import connect
from common.store.sql import load_sql

_SQL = load_sql("common.store")


def migrate(settings: Settings) -> None:
    """Applies every missing revision, records the install, and says what its roles may do. Safe to repeat.

    Raises ``ConfigError``, ``InstallError``, ``OSError`` or a database error. Needs no running event loop.
    """
    url = database_url(settings.database)
    try:
        command.upgrade(_alembic(url), "head")
    except CommandError as error:  # as a rule: a revision that this code does not have
        raise InstallError(f"the database belongs to another version of this program: {error}") from None
    asyncio.run(_record_install(url, settings.install.shards))


def newest_revision() -> str | None:
    """The revision that this code brings a database to."""
    return ScriptDirectory.from_config(_alembic("")).get_current_head()


def _alembic(url: str) -> Config:
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
        await check_install(connection, shards)
    finally:
        await connection.close()


def main() -> int:
    try:
        migrate(load_settings())
    except (ConfigError, InstallError, OSError, asyncpg.PostgresError, SQLAlchemyError) as error:
        print(f"migrate: {error}", file=sys.stderr)  # noqa: T201 - the process's one line for its operator
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
