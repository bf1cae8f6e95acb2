"""Errors of the store: those that stop a service at its start, and those after which a retry can succeed."""

import asyncpg

from common.outage import REDIS_ERRORS
from common.store.install import InstallError

STORE_ERRORS = (InstallError, asyncpg.PostgresError, asyncpg.InterfaceError)
TRANSIENT_ERRORS = (*REDIS_ERRORS, asyncpg.PostgresError, asyncpg.InterfaceError)
"""A server is unavailable or full, a lock is taken, or a statement took too long: retry."""


def one_line(error: Exception) -> str:
    """Return the message of an error in one line, for administrators; messages of servers have several."""
    # SQLAlchemy adds the statement and a link to the message, and keeps the server's error in ``orig``.
    message = str(getattr(error, "orig", None) or error)
    return "; ".join(line.strip() for line in message.splitlines() if line.strip()) or type(error).__name__
