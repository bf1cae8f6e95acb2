"""The caller's own account. All but reading requires a login: an API key cannot change who can log in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from common.clock import Clock, utc
from common.ids import parse_uuid
from common.passwords import PasswordHasher
from common.salts import Randomness
from common.store import Connection, Pool, load_queries
from services.api.accounts.auth.login_throttle import LoginThrottle
from services.api.accounts.auth.models import Caller, UnauthenticatedError
from services.api.accounts.auth.totp import matching_step, new_totp_secret, totp_uri
from services.api.accounts.profile.models import (
    ChangePassword,
    CurrentUser,
    NoSecondFactorError,
    SecondFactorActiveError,
    SecondFactorSetup,
    SessionNotFoundError,
    UpdateCurrentUser,
    UserSession,
    WrongCodeError,
    WrongPasswordError,
)
from services.api.accounts.users.models import UsernameTakenError

_SQL = load_queries(__package__)


class ProfileRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def current_user(self, user_id: UUID) -> dict[str, Any] | None:
        """Return ``username``, ``is_admin``, ``second_factor`` and ``created_at``; None for a deleted user."""
        row = await self._pool.fetchrow(_SQL["current_user"], user_id)
        return dict(row) if row else None

    async def rename(self, user_id: UUID, username: str, now: datetime) -> bool:
        """False when another user has the name."""
        try:
            await self._pool.execute(_SQL["rename_user"], user_id, username, now)
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def password_hash(self, user_id: UUID) -> str | None:
        found: str | None = await self._pool.fetchval(_SQL["password_hash"], user_id)
        return found

    async def sessions(self, user_id: UUID, now: datetime) -> list[dict[str, Any]]:
        """Return ``id``, ``client``, ``created_at``, ``refreshed_at`` and ``expires_at``, newest first."""
        return [dict(row) for row in await self._pool.fetch(_SQL["sessions"], user_id, now)]

    @asynccontextmanager
    async def transaction(self, user_id: UUID) -> AsyncIterator["ProfileTransaction"]:
        """Lock the sessions of the user, so that none is started, changed or ended before the transaction ends."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SQL["lock_user_sessions"], user_id)
            yield ProfileTransaction(connection, user_id)

    async def start_totp_setup(self, user_id: UUID, secret: str, now: datetime) -> str | None:
        """Return the username, or None when there is a confirmed second factor."""
        username: str | None = await self._pool.fetchval(_SQL["start_totp_setup"], user_id, secret, now)
        return username

    async def unconfirmed_totp_secret(self, user_id: UUID) -> str | None:
        secret: str | None = await self._pool.fetchval(_SQL["unconfirmed_totp_secret"], user_id)
        return secret

    async def confirm_totp(self, user_id: UUID, secret: str, step: int, now: datetime) -> bool:
        """False when another setup was started in the meantime."""
        return await self._pool.fetchval(_SQL["confirm_totp"], user_id, secret, step, now) is not None

    async def remove_totp(self, user_id: UUID, now: datetime) -> None:
        await self._pool.execute(_SQL["remove_totp"], user_id, now)


class ProfileTransaction:
    """Changes to a password and its sessions that are stored together or not at all."""

    def __init__(self, connection: Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    async def change_password(self, old_hash: str, new_hash: str, now: datetime) -> bool:
        """False when the password was changed in the meantime."""
        arguments = (self._user_id, old_hash, new_hash, now)
        return await self._connection.fetchval(_SQL["change_password"], *arguments) is not None

    async def end_session(self, session: UUID, now: datetime) -> bool:
        """False when there is no such session."""
        return await self._connection.fetchval(_SQL["end_session"], self._user_id, session, now) is not None

    async def end_other_sessions(self, kept: UUID | None, now: datetime) -> None:
        await self._connection.execute(_SQL["end_other_sessions"], self._user_id, kept, now)


class ProfileService:
    def __init__(
        self,
        profiles: ProfileRepository,
        passwords: PasswordHasher,
        throttle: LoginThrottle,
        clock: Clock,
        random: Randomness,
    ) -> None:
        self._profiles = profiles
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock
        self._random = random

    async def get(self, caller: Caller) -> CurrentUser:
        """Raises ``UnauthenticatedError``."""
        user = await self._profiles.current_user(caller.id)
        if user is None:
            raise UnauthenticatedError("the user was deleted")
        return CurrentUser(**user, scopes=None if caller.scopes is None else tuple(sorted(caller.scopes)))

    async def update(self, caller: Caller, body: UpdateCurrentUser) -> CurrentUser:
        """Raises ``LoginRequiredError`` or ``UsernameTakenError``."""
        caller.check_is_login()
        if body.username and not await self._profiles.rename(caller.id, body.username, self._now()):
            raise UsernameTakenError.for_field("username", "is already used by another user; choose another name")
        return await self.get(caller)

    async def change_password(self, caller: Caller, body: ChangePassword, ip: str) -> None:
        """Change the password and end all other sessions.

        Raises ``LoginRequiredError``, ``TooManyAttemptsError`` or ``WrongPasswordError``.
        """
        caller.check_is_login()
        old_hash = await self._profiles.password_hash(caller.id)
        attempt = await self._throttle.begin(str(caller.id), ip)
        if not old_hash or not await self._passwords.verify(body.old_password, old_hash):
            raise _wrong_password()
        new_hash = await self._passwords.hash(body.new_password)
        now = self._now()
        async with self._profiles.transaction(caller.id) as profile:
            if not await profile.change_password(old_hash, new_hash, now):
                raise _wrong_password()
            await profile.end_other_sessions(caller.session, now)
        await self._throttle.succeeded(attempt)

    async def sessions(self, caller: Caller) -> list[UserSession]:
        """Raises ``LoginRequiredError``."""
        caller.check_is_login()
        rows = await self._profiles.sessions(caller.id, self._now())
        return [UserSession(**row, current=row["id"] == caller.session) for row in rows]

    async def end_session(self, caller: Caller, session_id: str) -> None:
        """Raises ``LoginRequiredError`` or ``SessionNotFoundError``."""
        caller.check_is_login()
        session = parse_uuid(session_id)
        if session is None:
            raise SessionNotFoundError("you have no such session")
        async with self._profiles.transaction(caller.id) as profile:
            if not await profile.end_session(session, self._now()):
                raise SessionNotFoundError("you have no such session")

    async def end_other_sessions(self, caller: Caller) -> None:
        """Raises ``LoginRequiredError``."""
        caller.check_is_login()
        async with self._profiles.transaction(caller.id) as profile:
            await profile.end_other_sessions(caller.session, self._now())

    async def start_second_factor_setup(self, caller: Caller) -> SecondFactorSetup:
        """Return a new secret, which has no effect until its first code is confirmed.

        Raises ``LoginRequiredError`` or ``SecondFactorActiveError``.
        """
        caller.check_is_login()
        secret = new_totp_secret(self._random)
        username = await self._profiles.start_totp_setup(caller.id, secret, self._now())
        if username is None:
            raise SecondFactorActiveError("there is already a second factor; remove it first")
        return SecondFactorSetup(secret=secret, uri=totp_uri(secret, username))

    async def confirm_second_factor(self, caller: Caller, code: str) -> None:
        """Require codes at every login from now on.

        Raises ``LoginRequiredError``, ``NoSecondFactorError`` or ``WrongCodeError``.
        """
        caller.check_is_login()
        secret = await self._profiles.unconfirmed_totp_secret(caller.id)
        if secret is None:
            raise NoSecondFactorError("no second factor is being set up")
        step = matching_step(secret, code, self._clock())
        if step is None:
            raise WrongCodeError.for_field("code", "is incorrect or has expired; check your device's clock")
        if not await self._profiles.confirm_totp(caller.id, secret, step, self._now()):
            raise NoSecondFactorError("another setup was started in the meantime")

    async def remove_second_factor(self, caller: Caller) -> None:
        """Raises ``LoginRequiredError``."""
        caller.check_is_login()
        await self._profiles.remove_totp(caller.id, self._now())

    def _now(self) -> datetime:
        return utc(self._clock())


def _wrong_password() -> WrongPasswordError:
    return WrongPasswordError.for_field("old_password", "is incorrect")
