"""The Postgres store: schema, migrations, connections and named SQL statements."""

from common.store.connection import Connection, Executor, Pool
from common.store.errors import STORE_ERRORS
from common.store.pool import connect, open_pool
from common.store.queries import Queries, load_queries
from common.store.roles import Role

__all__ = ["STORE_ERRORS", "Connection", "Executor", "Pool", "Queries", "Role", "connect", "load_queries", "open_pool"]
