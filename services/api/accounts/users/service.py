"""What administrators can do with users."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.clock import Clock, utc
from common.passwords import PasswordHasher
from common.store import Connection, Pool, load_queries
from common.store.accounts import create_user
from services.api.accounts.users.models import (
    CreateUser,
    LastAdminError,
    UpdateUser,
    User,
    UsernameTakenError,
    UserNotFoundError,
)

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class LockedUser:
    """A user whose row is locked until the transaction ends."""

    id: UUID
    is_admin: bool
    disabled: bool
    only_admin: bool
    """Whether no other administrator can log in."""


@dataclass(frozen=True, slots=True)
class UserChanges:
    """None: no change."""

    is_admin: bool | None = None
    disabled: bool | None = None
    password_hash: str | None = None
    remove_second_factor: bool = False


class UserRepository:
    """All users, including disabled ones."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self) -> list[User]:
        return [_user(row) for row in await self._pool.fetch(_SQL["users"], None)]

    async def by_name(self, username: str) -> User | None:
        row = await self._pool.fetchrow(_SQL["users"], username)
        return _user(row) if row else None

    async def add(self, username: str, password: str, *, is_admin: bool, now: datetime) -> bool:
        """False when the username is taken."""
        return await create_user(self._pool, username, password, is_admin=is_admin, now=now) is not None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["UserTransaction"]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield UserTransaction(connection)


class UserTransaction:
    """Changes to a user that are stored together or not at all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self, username: str) -> LockedUser | None:
        rows = await self._connection.fetch(_SQL["lock_with_admins"], username)
        user = next((row for row in rows if row["wanted"]), None)
        if user is None:
            return None
        return LockedUser(user["id"], user["is_admin"], user["disabled"], only_admin=len(rows) == 1)

    async def update(self, user_id: UUID, changes: UserChanges, now: datetime) -> None:
        await self._connection.execute(*_SQL.bind("update_user", user_id=user_id, now=now, **asdict(changes)))

    async def end_sessions(self, user_id: UUID, now: datetime) -> None:
        await self._connection.execute(_SQL["end_sessions"], user_id, now)

    async def delete(self, user_id: UUID) -> None:
        await self._connection.execute(_SQL["delete_user"], user_id)


class UserService:
    def __init__(self, users: UserRepository, passwords: PasswordHasher, clock: Clock) -> None:
        self._users = users
        self._passwords = passwords
        self._clock = clock

    async def all(self) -> list[User]:
        return await self._users.all()

    async def get(self, username: str) -> User:
        """Raises ``UserNotFoundError``."""
        user = await self._users.by_name(username)
        if user is None:
            raise _not_found()
        return user

    async def create(self, body: CreateUser) -> User:
        """Raises ``UsernameTakenError``."""
        now = utc(self._clock())
        if not await self._users.add(body.username, body.password, is_admin=body.is_admin, now=now):
            raise UsernameTakenError.for_field("username", "is already used by another user; choose another name")
        return await self.get(body.username)

    async def update(self, username: str, body: UpdateUser) -> User:
        """Raises ``UserNotFoundError`` or ``LastAdminError``."""
        now = utc(self._clock())
        password_hash = await self._passwords.hash(body.password) if body.password else None
        changes = UserChanges(body.is_admin, body.disabled, password_hash, body.second_factor is False)
        async with self._users.transaction() as users:
            user = await _lock(users, username)
            if body.is_admin is False or body.disabled:
                _check_not_last_admin(user)
            await users.update(user.id, changes, now)
            if password_hash or body.disabled:
                await users.end_sessions(user.id, now)
        return await self.get(username)

    async def delete(self, username: str) -> None:
        """Raises ``UserNotFoundError`` or ``LastAdminError``."""
        async with self._users.transaction() as users:
            user = await _lock(users, username)
            _check_not_last_admin(user)
            await users.delete(user.id)


async def _lock(users: UserTransaction, username: str) -> LockedUser:
    user = await users.lock(username)
    if user is None:
        raise _not_found()
    return user


def _check_not_last_admin(user: LockedUser) -> None:
    if user.is_admin and not user.disabled and user.only_admin:
        raise LastAdminError("this is the last administrator who can log in; create another one first")


def _not_found() -> UserNotFoundError:
    return UserNotFoundError("the user does not exist")


def _user(row: Any) -> User:
    return User(**{**row, "sites": tuple(row["sites"])})
