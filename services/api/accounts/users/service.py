"""What administrators can do with users."""

from common.clock import Clock, utc
from services.api.accounts.auth.passwords import PasswordChecks
from services.api.accounts.users.errors import LastAdminError, UsernameTakenError, UserNotFoundError
from services.api.accounts.users.models import ChangeUser, CreateUser, UserView
from services.api.accounts.users.repository import Change, LockedUser, PeopleRepository, UserTransaction
from services.api.http.errors import wrong_field


class UserService:
    def __init__(self, users: PeopleRepository, passwords: PasswordChecks, clock: Clock) -> None:
        self._users = users
        self._passwords = passwords
        self._clock = clock

    async def all(self) -> list[UserView]:
        return await self._users.all()

    async def get(self, username: str) -> UserView:
        """Raises ``UserNotFoundError``."""
        user = await self._users.by_name(username)
        if user is None:
            raise UserNotFoundError("there is no such user")
        return user

    async def create(self, wanted: CreateUser) -> UserView:
        """Raises ``UsernameTakenError``."""
        now = utc(self._clock())
        if not await self._users.add(wanted.username, wanted.password, is_admin=wanted.is_admin, now=now):
            detail, wrong = wrong_field("username", "there is already a user of that name")
            raise UsernameTakenError(detail, wrong=wrong)
        return await self.get(wanted.username)

    async def change(self, username: str, wanted: ChangeUser) -> UserView:
        """Raises ``UserNotFoundError`` or ``LastAdminError``."""
        now = utc(self._clock())
        password_hash = await self._passwords.hash(wanted.password) if wanted.password else None
        change = Change(wanted.is_admin, wanted.disabled, password_hash, wanted.second_factor is False)
        async with self._users.transaction() as users:
            user = await _locked(users, username)
            if wanted.is_admin is False or wanted.disabled:
                _check_somebody_is_left(user)
            await users.change(user.id, change, now)
            if password_hash or wanted.disabled:
                await users.end_sessions(user.id, now)
        return await self.get(username)

    async def delete(self, username: str) -> None:
        """Raises ``UserNotFoundError`` or ``LastAdminError``."""
        async with self._users.transaction() as users:
            user = await _locked(users, username)
            _check_somebody_is_left(user)
            await users.delete(user.id)


async def _locked(users: UserTransaction, username: str) -> LockedUser:
    user = await users.lock(username)
    if user is None:
        raise UserNotFoundError("there is no such user")
    return user


def _check_somebody_is_left(user: LockedUser) -> None:
    if user.is_admin and not user.disabled and user.only_admin:
        raise LastAdminError("this is the last administrator who can log in; make another one first")
