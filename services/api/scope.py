"""The sites whose rows a request may touch: a wall behind every query's own filter.

Whoever finds out that a caller may see a site opens it here, for the rest of the request. Each connection that the
request takes from the pool is told, and row-level security keeps the rows of all other sites away, also from a query
that forgets to ask for one site's only. A request that opened nothing sees nothing.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from importlib.resources import files
from typing import Any

_OPENED: ContextVar[frozenset[int]] = ContextVar("opened sites", default=frozenset())
_TELL = (files("services.api") / "sql" / "sites_in_reach.sql").read_text(encoding="utf-8")


def close_all() -> None:
    """A request begins. One connection of a client carries many."""
    _OPENED.set(frozenset())


def open_sites(site_ids: Iterable[int]) -> None:
    """From here on the request, and what it starts, may touch these sites' rows as well."""
    _OPENED.set(_OPENED.get().union(site_ids))


async def tell(connection: Any) -> None:
    """Says on a connection, as it comes from the pool, what is open. The pool makes it forget that afterwards."""
    if opened := _OPENED.get():
        await connection.execute(_TELL, ",".join(map(str, sorted(opened))))
