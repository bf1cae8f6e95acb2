"""The roles of services in PostgreSQL.

Migrations run as the owner of the tables. The API and the worker log in as the same user or as users of their own, and
enter their role first. The statement ``grant_roles`` defines the rights of each role.
"""

from enum import StrEnum

import structlog

from common.store.connection import Connection
from common.store.install import InstallError
from common.store.queries import load_queries

_SQL = load_queries("common.store")
_log = structlog.get_logger()


class Role(StrEnum):
    API = "pyuniqvisit_api"
    """Can access only rows of sites that the request is allowed to access."""
    WORKER = "pyuniqvisit_worker"
    """Can access all sites, but no users, API keys and sessions."""


async def enter_role(connection: Connection, role: Role) -> None:
    """Enter the role. Raises ``InstallError`` when the role of the API is missing.

    The role of the worker cannot be created everywhere and protects less: without it, the worker keeps its login role.
    """
    if await connection.fetchval(_SQL["enter_role"], role.value) is not None:
        return
    if role is Role.API:
        raise InstallError(f"the database has no role {role.value} that this login can enter; run the migrations first")
    _log.warning("database: the role of the worker is missing", role=role.value)
