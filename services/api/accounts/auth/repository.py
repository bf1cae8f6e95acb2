"""Users and refresh tokens in the store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.store import Connection, Pool, load_queries
from services.api.accounts.auth.models import Caller

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class KnownUser:
    caller: Caller
    password_hash: str
    totp_secret: str | None
    """Of a second factor that was confirmed."""


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is kept. ``hash``: SHA-256, 32 bytes."""

    hash: bytes
    family: UUID
    user_id: UUID
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    client: str = ""
    """What the user logged in with: its ``User-Agent``."""

    def is_good(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


class UserRepository:
    """Reads users who may log in; those who are disabled are as good as unknown."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def by_name(self, username: str) -> KnownUser | None:
        row = await self._pool.fetchrow(_SQL["user_by_name"], username)
        return KnownUser(_caller(row), row["password_hash"], row["totp_secret"]) if row else None

    async def of_session(self, user_id: UUID, session: UUID | None) -> Caller | None:
        """The user, unless the login has ended."""
        row = await self._pool.fetchrow(_SQL["user_of_session"], user_id, session)
        return _caller(row, session) if row else None


class RefreshTokenRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["RefreshTokenTransaction"]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield RefreshTokenTransaction(connection)


class RefreshTokenTransaction:
    """What happens to refresh tokens together, or not at all. Lock their user first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock_user(self, user: KnownUser) -> bool:
        """False when the user has been disabled, or has got another password, since they were read."""
        return await self._connection.fetchval(_SQL["lock_user"], user.caller.id, user.password_hash) is not None

    async def lock_owner(self, token_hash: bytes) -> Caller | None:
        row = await self._connection.fetchrow(_SQL["lock_owner"], token_hash)
        return _caller(row) if row else None

    async def find(self, token_hash: bytes) -> RefreshToken | None:
        row = await self._connection.fetchrow(_SQL["refresh_token"], token_hash)
        return RefreshToken(*row.values()) if row else None

    async def add(self, token: RefreshToken, now: datetime) -> None:
        await self._connection.execute(
            _SQL["add_refresh_token"], token.hash, token.family, token.user_id, now, token.expires_at, token.client
        )

    async def mark_used(self, token_hash: bytes, now: datetime) -> None:
        await self._connection.execute(_SQL["use_refresh_token"], token_hash, now)

    async def revoke_family(self, family: UUID, now: datetime) -> None:
        await self._connection.execute(_SQL["revoke_family"], family, now)

    async def forget_expired(self, user_id: UUID, now: datetime) -> None:
        await self._connection.execute(_SQL["forget_expired_tokens"], user_id, now)

    async def use_code(self, user_id: UUID, step: int) -> bool:
        """False for a step that is not after all that were used."""
        return await self._connection.fetchval(_SQL["use_code"], user_id, step) is not None


def _caller(row: Any, session: UUID | None = None) -> Caller:
    return Caller(row["id"], row["username"], row["is_admin"], session=session)
