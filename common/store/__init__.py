"""The Postgres store: schema, migrations, and how SQL files and pools are opened."""

from common.store.pool import connect, open_pool
from common.store.roles import Role
from common.store.sql import load_sql

__all__ = ["Role", "connect", "load_sql", "open_pool"]
