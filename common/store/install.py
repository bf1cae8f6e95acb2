"""Properties of an install that cannot change after it was created."""

import asyncpg

from common.store.connection import Connection
from common.store.queries import load_queries

_SQL = load_queries("common.store")


class InstallError(Exception):
    """The database belongs to an install that does not match the settings."""


async def check_install(connection: Connection, shards: int) -> None:
    """Raises ``InstallError`` unless the database was migrated, and created with ``shards`` shards.

    ``connection``: an asyncpg connection, of a pool or not.
    """
    try:
        found = await connection.fetchrow(_SQL["install"])
    except asyncpg.UndefinedTableError:
        raise InstallError("the database has no tables yet; run the migrations first") from None
    if found is None or found["shards"] != shards:
        created = found["shards"] if found else 0
        raise InstallError(f"install.shards is {shards}, but this install was created with {created}; it cannot change")
