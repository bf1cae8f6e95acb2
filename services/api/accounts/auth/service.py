"""Logs users in and authenticates requests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from common.clock import Clock, utc
from common.passwords import PasswordHasher
from common.store import Pool, load_queries
from services.api.accounts.auth.login_throttle import LoginThrottle
from services.api.accounts.auth.models import (
    Caller,
    Credentials,
    InvalidCodeError,
    InvalidCredentialsError,
    SecondFactorRequiredError,
    UnauthenticatedError,
)
from services.api.accounts.auth.refresh_tokens import IssuedTokens, RefreshTokens, caller_from_row
from services.api.accounts.auth.tokens import AccessTokens
from services.api.accounts.auth.totp import matching_step

_SQL = load_queries(__package__)

CallerOfApiKey = Callable[[str], Awaitable[Caller | None]]
"""Returns the user of an API key; None for an invalid one."""

KEY_PREFIX = "uvk_"


@dataclass(frozen=True, slots=True)
class LoginClient:
    """The client that logs in."""

    ip: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class UserCredentials:
    """What a login is checked against."""

    caller: Caller
    password_hash: str
    totp_secret: str | None
    """The secret of a confirmed second factor."""


class ActiveUserRepository:
    """Users who can log in; a disabled user is treated as unknown."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def by_name(self, username: str) -> UserCredentials | None:
        row = await self._pool.fetchrow(_SQL["user_by_name"], username)
        return UserCredentials(caller_from_row(row), row["password_hash"], row["totp_secret"]) if row else None

    async def of_session(self, user_id: UUID, session: UUID | None) -> Caller | None:
        """Return the user, unless the session has ended."""
        row = await self._pool.fetchrow(_SQL["user_of_session"], user_id, session)
        return caller_from_row(row, session) if row else None


class AuthService:
    def __init__(
        self,
        users: ActiveUserRepository,
        refresh_tokens: RefreshTokens,
        access_tokens: AccessTokens,
        passwords: PasswordHasher,
        throttle: LoginThrottle,
        caller_of_api_key: CallerOfApiKey,
        clock: Clock,
    ) -> None:
        self._users = users
        self.refresh_tokens = refresh_tokens
        self._access_tokens = access_tokens
        self._passwords = passwords
        self._throttle = throttle
        self._caller_of_api_key = caller_of_api_key
        self._clock = clock

    @property
    def access_token_seconds(self) -> int:
        return self._access_tokens.lifetime_seconds

    async def log_in(self, credentials: Credentials, client: LoginClient) -> IssuedTokens:
        """Check the credentials and start a session.

        Raises ``TooManyAttemptsError``; ``InvalidCredentialsError``, which takes the same time for unknown users as for
        wrong passwords; and, with the correct password, ``SecondFactorRequiredError`` or ``InvalidCodeError``.
        """
        username = credentials.username.strip().replace("\0", "")
        user = await self._users.by_name(username)
        attempt = await self._throttle.begin(str(user.caller.id) if user else username.lower(), client.ip)
        correct = await self._passwords.verify(credentials.password, user.password_hash if user else None)
        if not user or not correct:
            raise _invalid_credentials()
        step = self._totp_step(credentials.code, user)
        now = utc(self._clock())
        async with self.refresh_tokens.transaction() as tokens:
            if not await tokens.lock_user(user.caller.id, user.password_hash):
                raise _invalid_credentials()
            if step is not None and not await tokens.use_totp_step(user.caller.id, step):
                raise InvalidCodeError("the code was already used; wait for the next one")
            await tokens.delete_expired(user.caller.id, now)
            issued = await self.refresh_tokens.start_session(tokens, user.caller, client.user_agent, now)
        await self._throttle.succeeded(attempt)
        return issued

    async def authenticate(self, authorization: str | None) -> Caller:
        """Return the caller, from the ``Authorization`` header. Raises ``UnauthenticatedError``."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise UnauthenticatedError("send the header Authorization: Bearer <access token or API key>")
        if token.startswith(KEY_PREFIX):
            caller = await self._caller_of_api_key(token)
        else:
            subject = self._access_tokens.verify(token)
            caller = await self._users.of_session(subject.user_id, subject.session)
        if caller is None:
            raise UnauthenticatedError("the access token or API key is invalid")
        return caller

    def _totp_step(self, code: str | None, user: UserCredentials) -> int | None:
        """Return the time step of the code; None for a user without a second factor."""
        if user.totp_secret is None:
            return None
        if not code:
            raise SecondFactorRequiredError("send the code of the authenticator app as well")
        step = matching_step(user.totp_secret, code, self._clock())
        if step is None:
            raise InvalidCodeError("the code is incorrect or has expired")
        return step


def _invalid_credentials() -> InvalidCredentialsError:
    return InvalidCredentialsError("username or password is incorrect")
