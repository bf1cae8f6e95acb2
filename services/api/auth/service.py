"""Logging in, staying logged in, and being recognised."""

import asyncio
import base64
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.passwords import NOBODYS_HASH, verify_password
from common.salts import Randomness
from services.api.auth.errors import InvalidCredentialsError, InvalidRefreshTokenError, UnauthenticatedError
from services.api.auth.models import Caller, TokenPair
from services.api.auth.repository import (
    RefreshToken,
    RefreshTokenRepository,
    RefreshTokenTransaction,
    UserRepository,
)
from services.api.auth.tokens import AccessTokens

_REFRESH_TOKEN_BYTES = 32
_CHECKS_AT_ONCE = 2
"""Passwords that are checked at the same time; a flood of logins must not take every core."""


class AuthService:
    def __init__(
        self,
        users: UserRepository,
        refresh_tokens: RefreshTokenRepository,
        access_tokens: AccessTokens,
        refresh_life: timedelta,
        clock: Clock,
        random: Randomness,
    ) -> None:
        self._users = users
        self._refresh_tokens = refresh_tokens
        self._access_tokens = access_tokens
        self._refresh_life = refresh_life
        self._clock = clock
        self._random = random
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def log_in(self, username: str, password: str) -> TokenPair:
        """Raises ``InvalidCredentialsError``, after the same time for unknown users as for wrong passwords."""
        user = await self._users.by_name(username.strip().replace("\0", ""))
        async with self._checks:
            right = await asyncio.to_thread(verify_password, password, user.password_hash if user else NOBODYS_HASH)
        if not user or not right:
            raise InvalidCredentialsError("wrong username or password")
        now = self._now()
        async with self._refresh_tokens.transaction() as tokens:
            await tokens.forget_expired(user.caller.id, now)
            return await self._new_pair(tokens, user.caller.id, self._new_family(), now)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """A new pair for a refresh token, which is then used up. Raises ``InvalidRefreshTokenError``.

        A token that comes a second time was stolen from somebody: the whole login ends.
        """
        now = self._now()
        async with self._refresh_tokens.transaction() as tokens:
            known = await tokens.lock(_hash(refresh_token))
            if known and known.is_good(now):
                await tokens.mark_used(known.hash, now)
                return await self._new_pair(tokens, known.user_id, known.family, now)
            if known and known.used_at:
                await tokens.revoke_family(known.family, now)
        raise InvalidRefreshTokenError("the refresh token is not valid; log in again")

    async def caller(self, authorization: str | None) -> Caller:
        """Who calls, from the ``Authorization`` header. Raises ``UnauthenticatedError``."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise UnauthenticatedError("send the header Authorization: Bearer <access token>")
        caller = await self._users.by_id(self._access_tokens.read(token.strip()))
        if caller is None:
            raise UnauthenticatedError("the access token is not valid")
        return caller

    async def _new_pair(self, tokens: RefreshTokenTransaction, user_id: UUID, family: UUID, now: datetime) -> TokenPair:
        secret = base64.urlsafe_b64encode(self._random(_REFRESH_TOKEN_BYTES)).rstrip(b"=").decode()
        await tokens.add(RefreshToken(_hash(secret), family, user_id, now + self._refresh_life), now)
        return TokenPair(
            access_token=self._access_tokens.issue(user_id),
            refresh_token=secret,
            expires_in=self._access_tokens.life_seconds,
        )

    def _new_family(self) -> UUID:
        return as_uuid(uuid7(self._clock(), self._random(10)))

    def _now(self) -> datetime:
        return utc(self._clock())


def _hash(refresh_token: str) -> bytes:
    return sha256(refresh_token.encode("utf-8", "replace")).digest()
