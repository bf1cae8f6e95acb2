"""Whether a database is spread over several servers by Citus."""

from typing import Any

from common.store.queries import load_queries

_SQL = load_queries("common.store")


async def is_distributed(connection: Any) -> bool:
    """Whether the big tables are distributed. Without the extension, or before ``distribute``, they are not.

    ``connection``: an asyncpg connection, of a pool or not.
    """
    return bool(await connection.fetchval(_SQL["is_distributed"]))
