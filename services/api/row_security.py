"""The sites whose rows a request may touch: a wall behind every query's own filter.

Whoever finds out that a caller may see a site opens it here, for the rest of the request. Each connection that the
request takes from the pool is told, and row-level security keeps the rows of all other sites away, also from a query
that forgets to ask for one site's only. A request that opened nothing sees nothing.

Where the database is distributed, the servers that hold the rows have to be told as well. They forget it with the
transaction, so there it is said in each, and every statement is in one.
"""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import asyncpg

from common.store import load_queries
from common.store.connection import is_distributed

_OPENED: ContextVar[frozenset[int]] = ContextVar("opened sites", default=frozenset())
_SQL = load_queries("services.api")
_WAIT = _SQL["wait_for_distribution"]
_TELL = _SQL["sites_in_reach"]
_TELL_TRANSACTION = _SQL["sites_in_reach_local"]


def close_all() -> None:
    """A request begins. One connection of a client carries many."""
    _OPENED.set(frozenset())


def open_sites(site_ids: Iterable[int]) -> None:
    """From here on the request, and what it starts, may touch these sites' rows as well."""
    _OPENED.set(_OPENED.get().union(site_ids))


async def tell(connection: Any) -> None:
    """Says on a ``ScopedConnection``, as it comes from the pool, what is open. The pool makes it forget afterwards."""
    if not await connection.tells_transactions() and (opened := _numbers()):
        await connection.execute(_TELL, opened)


def is_distributed_on(connection: Any) -> bool:
    """Whether the database behind a pool's connection is distributed, as far as the connection was told."""
    return bool(getattr(connection, "distributed", False))


class ScopedConnection(asyncpg.Connection):
    """A connection that says in each transaction what is open, where the database is distributed.

    There, a statement outside of a transaction gets one of its own. Elsewhere it is a connection like any other.
    """

    distributed: bool | None = None
    """None: not looked at yet."""

    async def tells_transactions(self) -> bool:
        if self.distributed is None:
            # Two statements: what the second sees is what there is after the wait.
            await super().execute(_WAIT)
            self.distributed = await is_distributed(self)
        return self.distributed

    def transaction(self, **options: Any) -> Any:
        plain = super().transaction(**options)
        return _ToldTransaction(self, plain) if self.distributed else plain

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        # Without arguments: what begins and ends transactions, and settings.
        async with self._told() if args else nullcontext():
            return await super().execute(query, *args, **options)

    async def executemany(self, command: str, args: Any, **options: Any) -> None:
        async with self._told():
            return await super().executemany(command, args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        async with self._told():
            return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        async with self._told():
            return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        async with self._told():
            return await super().fetchval(query, *args, **options)

    def _told(self) -> AbstractAsyncContextManager[None]:
        """A transaction for one statement, where it needs one of its own."""
        if self.distributed and _OPENED.get() and not self.is_in_transaction():
            told: _ToldTransaction = self.transaction()
            return told
        return nullcontext()


class _ToldTransaction:
    """A transaction that begins with what is open."""

    def __init__(self, connection: ScopedConnection, transaction: Any) -> None:
        self._connection = connection
        self._transaction = transaction

    async def __aenter__(self) -> None:
        await self._transaction.__aenter__()
        try:
            if opened := _numbers():
                await self._connection.execute(_TELL_TRANSACTION.format(sites=opened))
        except BaseException as error:
            await self._transaction.__aexit__(type(error), error, error.__traceback__)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.__aexit__(kind, error, trace)


def _numbers() -> str:
    """The open sites, with commas between them; empty for none. Digits and commas only: it becomes part of a text."""
    return ",".join(str(int(site_id)) for site_id in sorted(_OPENED.get()))
