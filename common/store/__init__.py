"""The Postgres store: schema, migrations, and how SQL files and pools are opened."""

from common.store.errors import STORE_ERRORS
from common.store.pool import connect, open_pool
from common.store.queries import load_sql
from common.store.roles import Role

__all__ = ["STORE_ERRORS", "Role", "connect", "load_sql", "open_pool"]
