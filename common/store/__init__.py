"""The Postgres store: schema, migrations, and how SQL files and pools are opened."""

from common.store.errors import STORE_ERRORS
from common.store.pool import connect, open_pool
from common.store.queries import Queries, load_queries
from common.store.roles import Role

__all__ = ["STORE_ERRORS", "Queries", "Role", "connect", "load_queries", "open_pool"]
