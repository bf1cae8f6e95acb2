"""Connections to Postgres."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import msgspec

from common.config import DatabaseSettings, database_url
from common.store.connection import Connection, Pool
from common.store.roles import Role, enter_role

_CONNECT_SECONDS = 5
_SESSION = {
    "timezone": "UTC",
    # Citus hides its own tables from queries of the catalog, row by row. With that, looking up parameter types, which
    # the client does on each connection, takes 1.3 seconds. Servers without Citus ignore the setting.
    "citus.override_table_visibility": "off",
}


@contextmanager
def naming_server(url: str) -> Iterator[None]:
    """Name the server in the message of an ``OSError``, without the credentials."""
    try:
        yield
    except OSError as error:
        parts = urlsplit(url)
        hosts = parts.netloc.rpartition("@")[2] or ",".join(parse_qs(parts.query).get("host", ["this machine"]))
        reason = error.strerror or str(error) or "no answer"
        raise ConnectionError(f"PostgreSQL at {hosts} cannot be reached: {reason}") from error


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda data: msgspec.json.decode(data[1:]),
    )


async def open_pool(
    settings: DatabaseSettings,
    *,
    application: str,
    role: Role | None = None,
    before_use: Callable[[Any], Coroutine[Any, Any, None]] | None = None,
    connection_class: type[asyncpg.Connection] = asyncpg.Connection,
) -> Pool:
    """Return a pool whose connections map ``jsonb`` to Python values and act as ``role``.

    ``before_use`` is called with a connection each time it is taken from the pool. Raises ``ConfigError``,
    ``InstallError`` or ``OSError``.
    """

    async def prepare(connection: Connection) -> None:
        await _prepare(connection)
        if role:
            await enter_role(connection, role)

    url = database_url(settings)
    with naming_server(url):
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=settings.pool_size,
            init=prepare,
            setup=before_use,
            connection_class=connection_class,
            timeout=_CONNECT_SECONDS,
            server_settings={"application_name": application, **_SESSION},
        )


async def connect(url: str, role: Role | None = None) -> asyncpg.Connection:
    """Return one connection, prepared like those of a pool. Raises ``OSError``."""
    with naming_server(url):
        connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS, server_settings=_SESSION)
    await _prepare(connection)
    if role:
        await enter_role(connection, role)
    return connection
