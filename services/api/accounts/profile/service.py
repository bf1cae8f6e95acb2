"""The caller's own account. Everything but looking needs a login: an API key cannot change who may log in."""

from datetime import datetime
from uuid import UUID

from common.clock import Clock, utc
from common.salts import Randomness
from services.api.accounts.auth.backoff import BackOff
from services.api.accounts.auth.errors import UnauthenticatedError
from services.api.accounts.auth.models import Caller
from services.api.accounts.auth.passwords import PasswordChecks
from services.api.accounts.auth.totp import matching_step, new_totp_secret, totp_uri
from services.api.accounts.profile.errors import (
    NoSecondFactorError,
    SecondFactorActiveError,
    SessionNotFoundError,
    WrongCodeError,
    WrongPasswordError,
)
from services.api.accounts.profile.models import ChangeMe, ChangePassword, Me, NewSecondFactor, SessionView
from services.api.accounts.profile.repository import AccountRepository
from services.api.accounts.users.errors import UsernameTakenError
from services.api.http.errors import wrong_field


class AccountService:
    def __init__(
        self,
        accounts: AccountRepository,
        passwords: PasswordChecks,
        backoff: BackOff,
        clock: Clock,
        random: Randomness,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._backoff = backoff
        self._clock = clock
        self._random = random

    async def me(self, caller: Caller) -> Me:
        """Raises ``UnauthenticatedError``."""
        account = await self._accounts.account(caller.id)
        if account is None:
            raise UnauthenticatedError("the user was deleted meanwhile")
        return Me(**account, scopes=None if caller.scopes is None else tuple(sorted(caller.scopes)))

    async def change(self, caller: Caller, wanted: ChangeMe) -> Me:
        """Raises ``LoginNeededError`` or ``UsernameTakenError``."""
        caller.check_is_login()
        if wanted.username and not await self._accounts.rename(caller.id, wanted.username, self._now()):
            detail, wrong = wrong_field("username", "there is already a user of that name")
            raise UsernameTakenError(detail, wrong=wrong)
        return await self.me(caller)

    async def change_password(self, caller: Caller, wanted: ChangePassword, ip: str) -> None:
        """Every other login ends. Raises ``LoginNeededError``, ``TooManyAttemptsError`` or ``WrongPasswordError``."""
        caller.check_is_login()
        old_hash = await self._accounts.password_hash(caller.id)
        attempt = await self._backoff.begin(str(caller.id), ip)
        if not old_hash or not await self._passwords.is_right(wanted.old_password, old_hash):
            raise _wrong_password()
        new_hash = await self._passwords.hash(wanted.new_password)
        now = self._now()
        async with self._accounts.transaction(caller.id) as account:
            if not await account.change_password(old_hash, new_hash, now):
                raise _wrong_password()
            await account.end_other_sessions(caller.session, now)
        await self._backoff.succeeded(attempt)

    async def sessions(self, caller: Caller) -> list[SessionView]:
        """Raises ``LoginNeededError``."""
        caller.check_is_login()
        rows = await self._accounts.sessions(caller.id, self._now())
        return [SessionView(**row, current=row["id"] == caller.session) for row in rows]

    async def end_session(self, caller: Caller, session: str) -> None:
        """Raises ``LoginNeededError`` or ``SessionNotFoundError``."""
        caller.check_is_login()
        try:
            family = UUID(session)
        except ValueError:
            raise SessionNotFoundError("you have no such session") from None
        async with self._accounts.transaction(caller.id) as account:
            if not await account.end_session(family, self._now()):
                raise SessionNotFoundError("you have no such session")

    async def end_other_sessions(self, caller: Caller) -> None:
        """Raises ``LoginNeededError``."""
        caller.check_is_login()
        async with self._accounts.transaction(caller.id) as account:
            await account.end_other_sessions(caller.session, self._now())

    async def begin_second_factor(self, caller: Caller) -> NewSecondFactor:
        """A secret, which does nothing before its first code. Raises ``LoginNeededError`` or
        ``SecondFactorActiveError``.
        """
        caller.check_is_login()
        secret = new_totp_secret(self._random)
        username = await self._accounts.begin_totp(caller.id, secret, self._now())
        if username is None:
            raise SecondFactorActiveError("there is a second factor already; remove it first")
        return NewSecondFactor(secret=secret, uri=totp_uri(secret, username))

    async def confirm_second_factor(self, caller: Caller, code: str) -> None:
        """From now on, logging in needs codes. Raises ``LoginNeededError``, ``NoSecondFactorError`` or
        ``WrongCodeError``.
        """
        caller.check_is_login()
        secret = await self._accounts.waiting_totp(caller.id)
        if secret is None:
            raise NoSecondFactorError("no second factor waits for its first code")
        step = matching_step(secret, code, self._clock())
        if step is None:
            detail, wrong = wrong_field("code", "this is not the code of now; is the clock right?")
            raise WrongCodeError(detail, wrong=wrong)
        if not await self._accounts.confirm_totp(caller.id, secret, step, self._now()):
            raise NoSecondFactorError("another second factor was begun meanwhile")

    async def remove_second_factor(self, caller: Caller) -> None:
        """Raises ``LoginNeededError``."""
        caller.check_is_login()
        await self._accounts.drop_totp(caller.id, self._now())

    def _now(self) -> datetime:
        return utc(self._clock())


def _wrong_password() -> WrongPasswordError:
    detail, wrong = wrong_field("old_password", "this is not your password")
    return WrongPasswordError(detail, wrong=wrong)
