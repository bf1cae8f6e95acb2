"""What keeps a service from starting that needs the store."""

import asyncpg

from common.store.install import InstallError

STORE_ERRORS = (InstallError, asyncpg.PostgresError, asyncpg.InterfaceError)
