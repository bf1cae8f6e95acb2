"""``python -m common.store.first_admin`` creates the first administrator of an install that starts unattended.

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


async def create_first_admin(connection: Executor, password: str | None, now: datetime) -> bool:
    """Create the user ``admin`` if there are no users. Return whether it did; a removed administrator is not restored.

    Raises ``ConfigError`` when the password is needed and missing or invalid.
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
        await create_first_admin(connection, admin_password(), utc(system_clock()))
    finally:
        await connection.close()


def main() -> int:
    try:
        asyncio.run(_run())
    except (ConfigError, OSError, asyncpg.PostgresError) as error:
        print(f"first admin: {error}", file=sys.stderr)  # noqa: T201 - the one line of output for administrators
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
