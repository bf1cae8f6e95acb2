"""Alembic's entry point: one transaction, with limits on how long it may wait for a lock and run."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

LOCK_SECONDS = 5
STATEMENT_SECONDS = 600


def _migrate(connection: Connection) -> None:
    connection.execute(text(f"set local lock_timeout = '{LOCK_SECONDS}s'"))
    connection.execute(text(f"set local statement_timeout = '{STATEMENT_SECONDS}s'"))
    context.configure(connection=connection)
    context.run_migrations()


async def _run() -> None:
    engine = create_async_engine(context.config.attributes["url"])
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


asyncio.run(_run())
