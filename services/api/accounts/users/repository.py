"""Users in the store, disabled ones among them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.store import Connection, Pool, load_queries
from common.store.accounts import create_user
from services.api.accounts.users.models import UserView

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class LockedUser:
    """A user whom nobody else can change until the transaction ends."""

    id: UUID
    is_admin: bool
    disabled: bool
    only_admin: bool
    """Whether nobody else who can log in is an administrator."""


@dataclass(frozen=True, slots=True)
class Change:
    """None: no change."""

    is_admin: bool | None = None
    disabled: bool | None = None
    password_hash: str | None = None
    drop_second_factor: bool = False


class PeopleRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self) -> list[UserView]:
        return [_view(row) for row in await self._pool.fetch(_SQL["users"], None)]

    async def by_name(self, username: str) -> UserView | None:
        row = await self._pool.fetchrow(_SQL["users"], username)
        return _view(row) if row else None

    async def add(self, username: str, password: str, *, is_admin: bool, now: datetime) -> bool:
        """False when the username is taken."""
        return await create_user(self._pool, username, password, is_admin=is_admin, now=now) is not None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["UserTransaction"]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield UserTransaction(connection)


class UserTransaction:
    """What happens to a user together, or not at all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self, username: str) -> LockedUser | None:
        rows = await self._connection.fetch(_SQL["lock_with_admins"], username)
        user = next((row for row in rows if row["wanted"]), None)
        if user is None:
            return None
        return LockedUser(user["id"], user["is_admin"], user["disabled"], only_admin=len(rows) == 1)

    async def change(self, user_id: UUID, change: Change, now: datetime) -> None:
        await self._connection.execute(
            _SQL["change_user"],
            user_id,
            change.is_admin,
            change.disabled,
            change.password_hash,
            change.drop_second_factor,
            now,
        )

    async def end_sessions(self, user_id: UUID, now: datetime) -> None:
        await self._connection.execute(_SQL["end_sessions"], user_id, now)

    async def delete(self, user_id: UUID) -> None:
        await self._connection.execute(_SQL["delete_user"], user_id)


def _view(row: Any) -> UserView:
    return UserView(**{**row, "sites": tuple(row["sites"])})
