"""Connections to Postgres."""

from typing import Any

import asyncpg
import msgspec

from common.config import DatabaseSettings, database_url

_CONNECT_SECONDS = 5


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda data: msgspec.json.decode(data[1:]),
    )


async def open_pool(settings: DatabaseSettings, *, application: str) -> "asyncpg.Pool[Any]":
    """A pool whose connections speak ``jsonb`` as Python values. Raises ``ConfigError`` or ``OSError``."""
    return await asyncpg.create_pool(
        database_url(settings),
        min_size=1,
        max_size=settings.pool_size,
        init=_prepare,
        timeout=_CONNECT_SECONDS,
        server_settings={"application_name": application, "timezone": "UTC"},
    )


async def connect(url: str) -> "asyncpg.Connection[Any]":
    """One connection, prepared like those of a pool."""
    connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS, server_settings={"timezone": "UTC"})
    await _prepare(connection)
    return connection
