"""``python -m common.store.distribution``: containers run it after the migrations and before the services."""

import asyncio
import sys

import asyncpg

from common.config import ConfigError, database_url, load_settings
from common.store.distribution.distribute import CannotDistributeError, distribute
from common.store.errors import one_line
from common.store.pool import connect


async def _run() -> None:
    connection = await connect(database_url(load_settings().database))
    try:
        await distribute(connection)
    finally:
        await connection.close()


def main() -> int:
    try:
        asyncio.run(_run())
    except (ConfigError, CannotDistributeError, OSError, asyncpg.PostgresError) as error:
        print(f"distribute: {one_line(error)}", file=sys.stderr)  # noqa: T201 - the one line of output for administrators
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
