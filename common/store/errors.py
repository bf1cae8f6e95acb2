"""What keeps a service from starting that needs the store."""

import asyncpg

from common.store.install import InstallError

STORE_ERRORS = (InstallError, asyncpg.PostgresError, asyncpg.InterfaceError)


def one_line(error: Exception) -> str:
    """An error for an operator, who reads the last line of what a process said; servers tell theirs in several."""
    # The migrations' library adds its statement and a link, and keeps what the server said.
    said = str(getattr(error, "orig", None) or error)
    return "; ".join(line.strip() for line in said.splitlines() if line.strip()) or type(error).__name__
