"""Logging in, staying logged in, logging out, and being recognised."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.accounts.auth.backoff import BackOff
from services.api.accounts.auth.errors import (
    InvalidCodeError,
    InvalidCredentialsError,
    InvalidRefreshTokenError,
    SecondFactorNeededError,
    UnauthenticatedError,
)
from services.api.accounts.auth.models import Caller, Credentials
from services.api.accounts.auth.passwords import PasswordChecks
from services.api.accounts.auth.repository import (
    KnownUser,
    RefreshToken,
    RefreshTokenRepository,
    RefreshTokenTransaction,
    UserRepository,
)
from services.api.accounts.auth.secrets import hash_secret, new_secret
from services.api.accounts.auth.tokens import AccessTokens
from services.api.accounts.auth.totp import matching_step

CallerOfKey = Callable[[str], Awaitable[Caller | None]]
"""Whose API key a text is; None for one that is nobody's."""

KEY_PREFIX = "uvk_"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a login comes from."""

    ip: str
    client: str
    """Its ``User-Agent``."""


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody who logged in is given."""

    caller: Caller
    access_token: str
    refresh_token: str


class AuthService:
    def __init__(
        self,
        users: UserRepository,
        refresh_tokens: RefreshTokenRepository,
        access_tokens: AccessTokens,
        passwords: PasswordChecks,
        backoff: BackOff,
        caller_of_key: CallerOfKey,
        refresh_life: timedelta,
        clock: Clock,
        random: Randomness,
    ) -> None:
        self._users = users
        self._refresh_tokens = refresh_tokens
        self._access_tokens = access_tokens
        self._passwords = passwords
        self._backoff = backoff
        self._caller_of_key = caller_of_key
        self.access_seconds = access_tokens.life_seconds
        self.refresh_life = refresh_life
        self._clock = clock
        self._random = random

    async def log_in(self, credentials: Credentials, origin: Origin) -> Login:
        """Raises ``TooManyAttemptsError``; ``InvalidCredentialsError``, after the same time for unknown users as for
        wrong passwords; and with the right password ``SecondFactorNeededError`` or ``InvalidCodeError``.
        """
        username = credentials.username.strip().replace("\0", "")
        user = await self._users.by_name(username)
        attempt = await self._backoff.begin(str(user.caller.id) if user else username.lower(), origin.ip)
        right = await self._passwords.is_right(credentials.password, user.password_hash if user else None)
        if not user or not right:
            raise InvalidCredentialsError("wrong username or password")
        step = self._step_of(credentials.code, user)
        now = self._now()
        async with self._refresh_tokens.transaction() as tokens:
            if not await tokens.lock_user(user):
                raise InvalidCredentialsError("wrong username or password")
            if step is not None and not await tokens.use_code(user.caller.id, step):
                raise InvalidCodeError("the code was used before; wait for the next one")
            await tokens.forget_expired(user.caller.id, now)
            login = await self._new_login(tokens, user.caller, self._new_family(), origin.client, now)
        await self._backoff.succeeded(attempt)
        return login

    async def refresh(self, refresh_token: str) -> Login:
        """New tokens for a refresh token, which is then used up. Raises ``InvalidRefreshTokenError``.

        A token that comes a second time was stolen from somebody: the whole login ends.
        """
        now = self._now()
        async with self._refresh_tokens.transaction() as tokens:
            owner = await tokens.lock_owner(hash_secret(refresh_token))
            known = await tokens.find(hash_secret(refresh_token)) if owner else None
            if owner and known and known.is_good(now):
                await tokens.mark_used(known.hash, now)
                return await self._new_login(tokens, owner, known.family, known.client, now)
            if known and known.used_at:
                await tokens.revoke_family(known.family, now)
        raise InvalidRefreshTokenError("the refresh token is not valid; log in again")

    async def log_out(self, refresh_token: str) -> Caller | None:
        """Ends the login that the refresh token belongs to. None for a token that is nobody's."""
        async with self._refresh_tokens.transaction() as tokens:
            owner = await tokens.lock_owner(hash_secret(refresh_token))
            known = await tokens.find(hash_secret(refresh_token)) if owner else None
            if known is None:
                return None
            await tokens.revoke_family(known.family, self._now())
            return owner

    async def caller(self, authorization: str | None) -> Caller:
        """Who calls, from the ``Authorization`` header. Raises ``UnauthenticatedError``."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise UnauthenticatedError("send the header Authorization: Bearer <access token or API key>")
        if token.startswith(KEY_PREFIX):
            caller = await self._caller_of_key(token)
        else:
            holder = self._access_tokens.read(token)
            caller = await self._users.of_session(holder.user_id, holder.session)
        if caller is None:
            raise UnauthenticatedError("the access token or API key is not valid")
        return caller

    def _step_of(self, code: str | None, user: KnownUser) -> int | None:
        """The step of the code; None for a user without a second factor."""
        if user.totp_secret is None:
            return None
        if not code:
            raise SecondFactorNeededError("send the code of your authenticator as well")
        step = matching_step(user.totp_secret, code, self._clock())
        if step is None:
            raise InvalidCodeError("the code is not valid")
        return step

    async def _new_login(
        self, tokens: RefreshTokenTransaction, caller: Caller, family: UUID, client: str, now: datetime
    ) -> Login:
        secret = new_secret(self._random)
        kept = RefreshToken(hash_secret(secret), family, caller.id, now + self.refresh_life, client=client)
        await tokens.add(kept, now)
        return Login(caller, self._access_tokens.issue(caller.id, family), secret)

    def _new_family(self) -> UUID:
        return as_uuid(uuid7(self._clock(), self._random(10)))

    def _now(self) -> datetime:
        return utc(self._clock())
