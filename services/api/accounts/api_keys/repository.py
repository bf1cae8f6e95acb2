"""API keys in the store."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.store import Pool, load_queries
from services.api.accounts.api_keys.models import KeyView
from services.api.accounts.auth.models import Caller, Scope

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as it is kept. ``hash``: SHA-256, 32 bytes."""

    id: UUID
    user_id: UUID
    name: str
    hash: bytes
    scopes: tuple[Scope, ...]
    site_id: int | None
    prefix: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """A key that somebody came with."""

    key_id: UUID
    caller: Caller
    last_used_at: datetime | None


class KeyRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_user(self, user_id: UUID) -> list[KeyView]:
        return [KeyView(**row) for row in await self._pool.fetch(_SQL["keys"], user_id)]

    async def visible_site(self, caller: Caller, name: str) -> int | None:
        number: int | None = await self._pool.fetchval(_SQL["visible_site"], caller.is_admin, caller.id, name)
        return number

    async def add(self, key: KeyRow) -> None:
        await self._pool.execute(
            _SQL["add_key"],
            key.id,
            key.user_id,
            key.name,
            key.hash,
            key.scopes,
            key.site_id,
            key.prefix,
            key.created_at,
        )

    async def revoke(self, key_id: UUID, user_id: UUID, now: datetime) -> bool:
        """False when the user has no such key."""
        return await self._pool.fetchval(_SQL["revoke_key"], key_id, user_id, now) is not None

    async def by_hash(self, key_hash: bytes) -> Use | None:
        row = await self._pool.fetchrow(_SQL["caller_of_key"], key_hash)
        if row is None:
            return None
        scopes = frozenset(map(Scope, row["scopes"]))
        caller = Caller(row["id"], row["username"], row["is_admin"], scopes, row["site_id"])
        return Use(row["key_id"], caller, row["last_used_at"])

    async def was_used(self, key_id: UUID, now: datetime) -> None:
        await self._pool.execute(_SQL["key_was_used"], key_id, now)
