"""Which errors of the store stop a service at its start, and which may pass at the next attempt."""

import asyncpg

from common.outage import REDIS_ERRORS
from common.store.install import InstallError

STORE_ERRORS = (InstallError, asyncpg.PostgresError, asyncpg.InterfaceError)
TRANSIENT_ERRORS = (*REDIS_ERRORS, asyncpg.PostgresError, asyncpg.InterfaceError)
"""A server is unavailable or full, a lock is taken, or a statement took too long: retry."""


def one_line(error: Exception) -> str:
    """An error for an operator, who reads the last line of what a process said; servers tell theirs in several."""
    # The migrations' library adds its statement and a link, and keeps what the server said.
    said = str(getattr(error, "orig", None) or error)
    return "; ".join(line.strip() for line in said.splitlines() if line.strip()) or type(error).__name__
