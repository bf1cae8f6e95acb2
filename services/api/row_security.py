"""Row-level security: the sites whose rows a request can access, enforced by the database behind every query's filter.

The code that checks a caller's access to a site calls ``allow_sites`` for the rest of the request. Each connection that
the request takes from the pool is configured with these sites, and PostgreSQL hides the rows of all other sites, even
from a query that forgets to filter by site. Without allowed sites, a request sees no rows.

In a distributed database the setting must also reach the servers that store the rows. They forget it at the end of the
transaction, so there it is set in each transaction, and every statement runs in one.
"""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import asyncpg

from common.store import Connection, load_queries
from common.store.connection import is_distributed

_ALLOWED_SITES: ContextVar[frozenset[int]] = ContextVar("allowed sites", default=frozenset())
_SQL = load_queries("services.api")
_WAIT_FOR_DISTRIBUTION = _SQL["wait_for_distribution"]
_SET_SITES = _SQL["set_allowed_sites"]
_SET_SITES_IN_TRANSACTION = _SQL["set_allowed_sites_in_transaction"]


def forbid_all_sites() -> None:
    """Reset the allowed sites when a request begins: a client connection carries many requests."""
    _ALLOWED_SITES.set(frozenset())


def allow_sites(site_ids: Iterable[int]) -> None:
    """Allow access to the rows of these sites too, for the rest of the request and the tasks that it starts."""
    _ALLOWED_SITES.set(_ALLOWED_SITES.get().union(site_ids))


async def configure_connection(connection: Any) -> None:
    """Set the allowed sites on a connection as it is taken from the pool, which resets the setting afterwards.

    ``connection``: the pool's proxy of a ``RowSecurityConnection``.
    """
    if not await connection.sets_sites_per_transaction() and (sites := _site_list()):
        await connection.execute(_SET_SITES, sites)


def is_distributed_on(connection: Connection) -> bool:
    """Return whether a connection of the pool is known to belong to a distributed database."""
    return bool(getattr(connection, "distributed", False))


class RowSecurityConnection(asyncpg.Connection):
    """A connection that sets the allowed sites in each transaction, if the database is distributed.

    Then a statement outside a transaction gets its own. Otherwise it is an ordinary connection.
    """

    distributed: bool | None = None
    """None until it is known."""

    async def sets_sites_per_transaction(self) -> bool:
        if self.distributed is None:
            # Two statements, so that the second sees what was committed during the wait.
            await super().execute(_WAIT_FOR_DISTRIBUTION)
            self.distributed = await is_distributed(self)
        return self.distributed

    def transaction(self, **options: Any) -> Any:
        plain = super().transaction(**options)
        return _RowSecurityTransaction(self, plain) if self.distributed else plain

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        # Statements without arguments begin and end transactions, or change settings.
        async with self._transaction_if_needed() if args else nullcontext():
            return await super().execute(query, *args, **options)

    async def executemany(self, command: str, args: Any, **options: Any) -> None:
        async with self._transaction_if_needed():
            return await super().executemany(command, args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        async with self._transaction_if_needed():
            return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        async with self._transaction_if_needed():
            return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        async with self._transaction_if_needed():
            return await super().fetchval(query, *args, **options)

    def _transaction_if_needed(self) -> AbstractAsyncContextManager[None]:
        """Return a transaction for one statement, or nothing where none is needed."""
        if self.distributed and _ALLOWED_SITES.get() and not self.is_in_transaction():
            transaction: _RowSecurityTransaction = self.transaction()
            return transaction
        return nullcontext()


class _RowSecurityTransaction:
    """A transaction that begins by setting the allowed sites."""

    def __init__(self, connection: RowSecurityConnection, transaction: Any) -> None:
        self._connection = connection
        self._transaction = transaction

    async def __aenter__(self) -> None:
        await self._transaction.__aenter__()
        try:
            if sites := _site_list():
                await self._connection.execute(_SET_SITES_IN_TRANSACTION.format(sites=sites))
        except BaseException as error:
            await self._transaction.__aexit__(type(error), error, error.__traceback__)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.__aexit__(kind, error, trace)


def _site_list() -> str:
    """Return the allowed sites, separated by commas. Digits and commas only, since it becomes part of a statement."""
    return ",".join(str(int(site_id)) for site_id in sorted(_ALLOWED_SITES.get()))
