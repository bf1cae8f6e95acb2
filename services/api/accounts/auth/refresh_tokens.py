"""Refresh tokens: stored as hashes, rotated with each use, and revoked as a family when one is used twice.

A family is all tokens of one session: the first is issued at login, each further one replaces the one before.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from common.store import Connection, Pool, load_queries
from services.api.accounts.auth.models import Caller, InvalidRefreshTokenError
from services.api.accounts.auth.tokens import AccessTokens, hash_secret, new_secret

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is stored. ``hash``: SHA-256, 32 bytes."""

    hash: bytes
    family: UUID
    user_id: UUID
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    user_agent: str = ""
    """The ``User-Agent`` that logged in."""

    def is_valid(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a user gets who logs in or refreshes."""

    caller: Caller
    access_token: str
    refresh_token: str


class RefreshTokenTransaction:
    """Changes to refresh tokens that are stored together or not at all. Lock their user first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock_user(self, user_id: UUID, password_hash: str) -> bool:
        """False when the user was disabled, or has a different password."""
        return await self._connection.fetchval(_SQL["lock_user"], user_id, password_hash) is not None

    async def lock_owner(self, token_hash: bytes) -> Caller | None:
        row = await self._connection.fetchrow(_SQL["lock_owner"], token_hash)
        return caller_from_row(row) if row else None

    async def find(self, token_hash: bytes) -> RefreshToken | None:
        row = await self._connection.fetchrow(_SQL["refresh_token"], token_hash)
        return RefreshToken(*row.values()) if row else None

    async def add(self, token: RefreshToken, now: datetime) -> None:
        await self._connection.execute(
            *_SQL.bind(
                "add_refresh_token",
                token_hash=token.hash,
                family=token.family,
                user_id=token.user_id,
                now=now,
                expires_at=token.expires_at,
                user_agent=token.user_agent,
            )
        )

    async def mark_used(self, token_hash: bytes, now: datetime) -> None:
        await self._connection.execute(_SQL["mark_refresh_token_used"], token_hash, now)

    async def revoke_family(self, family: UUID, now: datetime) -> None:
        await self._connection.execute(_SQL["revoke_family"], family, now)

    async def delete_expired(self, user_id: UUID, now: datetime) -> None:
        await self._connection.execute(_SQL["delete_expired_tokens"], user_id, now)

    async def use_totp_step(self, user_id: UUID, step: int) -> bool:
        """False unless the step is later than all that were used."""
        return await self._connection.fetchval(_SQL["use_totp_step"], user_id, step) is not None


class RefreshTokens:
    """Issues, rotates and revokes the refresh tokens of sessions."""

    def __init__(
        self, pool: Pool, access_tokens: AccessTokens, lifetime: timedelta, clock: Clock, random: Randomness
    ) -> None:
        self._pool = pool
        self._access_tokens = access_tokens
        self.lifetime = lifetime
        self._clock = clock
        self._random = random

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[RefreshTokenTransaction]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield RefreshTokenTransaction(connection)

    async def start_session(
        self, tokens: RefreshTokenTransaction, caller: Caller, user_agent: str, now: datetime
    ) -> IssuedTokens:
        """Issue the first tokens of a new session."""
        family = as_uuid(uuid7(self._clock(), self._random(10)))
        return await self._issue(tokens, caller, family, user_agent, now)

    async def rotate(self, refresh_token: str) -> IssuedTokens:
        """Exchange a refresh token, which is then used up, for new tokens. Raises ``InvalidRefreshTokenError``.

        A token that is used a second time was stolen: the whole session ends.
        """
        now = utc(self._clock())
        async with self.transaction() as tokens:
            owner = await tokens.lock_owner(hash_secret(refresh_token))
            known = await tokens.find(hash_secret(refresh_token)) if owner else None
            if owner and known and known.is_valid(now):
                await tokens.mark_used(known.hash, now)
                return await self._issue(tokens, owner, known.family, known.user_agent, now)
            if known and known.used_at:
                await tokens.revoke_family(known.family, now)
        raise InvalidRefreshTokenError("the refresh token is invalid; log in again")

    async def revoke(self, refresh_token: str) -> Caller | None:
        """End the session of a refresh token and return its user; None for an unknown token."""
        async with self.transaction() as tokens:
            owner = await tokens.lock_owner(hash_secret(refresh_token))
            known = await tokens.find(hash_secret(refresh_token)) if owner else None
            if known is None:
                return None
            await tokens.revoke_family(known.family, utc(self._clock()))
            return owner

    async def _issue(
        self, tokens: RefreshTokenTransaction, caller: Caller, family: UUID, user_agent: str, now: datetime
    ) -> IssuedTokens:
        secret = new_secret(self._random)
        token = RefreshToken(hash_secret(secret), family, caller.id, now + self.lifetime, user_agent=user_agent)
        await tokens.add(token, now)
        return IssuedTokens(caller, self._access_tokens.issue(caller.id, family), secret)


def caller_from_row(row: Any, session: UUID | None = None) -> Caller:
    """Return the user of a row with ``id``, ``username`` and ``is_admin``."""
    return Caller(row["id"], row["username"], row["is_admin"], session=session)
