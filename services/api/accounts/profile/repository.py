"""The caller's own account in the store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from common.store import Connection, Pool, load_queries

_SQL = load_queries(__package__)


class AccountRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def account(self, user_id: UUID) -> dict[str, Any] | None:
        """``username``, ``is_admin``, ``second_factor``, ``created_at``; None when the user is gone."""
        row = await self._pool.fetchrow(_SQL["me"], user_id)
        return dict(row) if row else None

    async def rename(self, user_id: UUID, username: str, now: datetime) -> bool:
        """False when the name is another user's."""
        try:
            await self._pool.execute(_SQL["rename"], user_id, username, now)
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def password_hash(self, user_id: UUID) -> str | None:
        found: str | None = await self._pool.fetchval(_SQL["password_hash"], user_id)
        return found

    async def sessions(self, user_id: UUID, now: datetime) -> list[dict[str, Any]]:
        """``id``, ``client``, ``created_at``, ``refreshed_at``, ``expires_at``; the newest first."""
        return [dict(row) for row in await self._pool.fetch(_SQL["sessions"], user_id, now)]

    @asynccontextmanager
    async def transaction(self, user_id: UUID) -> AsyncIterator["AccountTransaction"]:
        """Nobody else makes, changes or ends a login of the user before it is over."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SQL["lock_account"], user_id)
            yield AccountTransaction(connection, user_id)

    async def begin_totp(self, user_id: UUID, secret: str, now: datetime) -> str | None:
        """The username, or None when there is a confirmed second factor already."""
        username: str | None = await self._pool.fetchval(_SQL["begin_totp"], user_id, secret, now)
        return username

    async def waiting_totp(self, user_id: UUID) -> str | None:
        """The secret that waits for its first code."""
        secret: str | None = await self._pool.fetchval(_SQL["waiting_totp"], user_id)
        return secret

    async def confirm_totp(self, user_id: UUID, secret: str, step: int, now: datetime) -> bool:
        """False when it is not the one that waits any more."""
        return await self._pool.fetchval(_SQL["confirm_totp"], user_id, secret, step, now) is not None

    async def drop_totp(self, user_id: UUID, now: datetime) -> None:
        await self._pool.execute(_SQL["drop_totp"], user_id, now)


class AccountTransaction:
    """What happens to an account together, or not at all."""

    def __init__(self, connection: Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    async def change_password(self, old_hash: str, new_hash: str, now: datetime) -> bool:
        """False when the old one is not the password any more."""
        arguments = (self._user_id, old_hash, new_hash, now)
        return await self._connection.fetchval(_SQL["change_password"], *arguments) is not None

    async def end_session(self, session: UUID, now: datetime) -> bool:
        """False when there is no such login."""
        return await self._connection.fetchval(_SQL["end_session"], self._user_id, session, now) is not None

    async def end_other_sessions(self, kept: UUID | None, now: datetime) -> None:
        await self._connection.execute(_SQL["end_other_sessions"], self._user_id, kept, now)
