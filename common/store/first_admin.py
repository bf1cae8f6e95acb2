"""``python -m common.store.first_admin``: somebody who can log in, for installs that start without a person.

Containers run it after the migrations. The password comes from ``PYUNIQVISIT_ADMIN_PASSWORD[_FILE]``.
"""

import asyncio
import sys
from datetime import datetime

import asyncpg

from common.clock import system_clock, utc
from common.config import ConfigError, admin_password, database_url, load_settings
from common.passwords import PasswordError
from common.store.accounts import create_admin, has_users
from common.store.connection import Executor
from common.store.pool import connect

FIRST_ADMIN = "admin"


async def make_first_admin(connection: Executor, password: str | None, now: datetime) -> bool:
    """Makes ``admin`` where nobody can log in yet; says whether it did. An administrator who was removed stays so.

    Raises ``ConfigError`` when it needs the password and there is none that may be one.
    """
    if await has_users(connection):
        return False
    if not password:
        raise ConfigError("no password for the first admin: set PYUNIQVISIT_ADMIN_PASSWORD or …_FILE")
    try:
        return await create_admin(connection, FIRST_ADMIN, password, now)
    except PasswordError as error:
        raise ConfigError(f"PYUNIQVISIT_ADMIN_PASSWORD: {error}") from None


async def _run() -> None:
    connection = await connect(database_url(load_settings().database))
    try:
        await make_first_admin(connection, admin_password(), utc(system_clock()))
    finally:
        await connection.close()


def main() -> int:
    try:
        asyncio.run(_run())
    except (ConfigError, OSError, asyncpg.PostgresError) as error:
        print(f"first admin: {error}", file=sys.stderr)  # noqa: T201 - the process's one line for its operator
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
