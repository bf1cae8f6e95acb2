"""The roles in which services speak to Postgres.

Migrations run as whoever owns the tables. The API and the worker log in as the same user, or as one of their own, and
enter their role before anything else. ``sql/grant_roles.sql`` says what each of them may do.
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
    """Sees only rows of sites that its request may see."""
    WORKER = "pyuniqvisit_worker"
    """Sees all sites, and nothing of users, their keys and sessions."""


async def enter(connection: Connection, role: Role) -> None:
    """Raises ``InstallError`` when the API's role is missing.

    The worker's cannot be made everywhere, and guards less: without it the worker stays what it logged in as.
    """
    if await connection.fetchval(_SQL["enter_role"], role.value) is not None:
        return
    if role is Role.API:
        raise InstallError(f"the database has no role {role.value} that this login can enter; run the migrations first")
    _log.warning("the worker has no role of its own in the database", role=role.value)
