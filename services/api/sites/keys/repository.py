"""Sites' keys in the store."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.store import Pool, load_queries
from services.api.sites.keys.models import SiteKeyView

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class SiteKeyRow:
    """A key as it is kept. ``public_key``: 32 bytes."""

    id: UUID
    site_id: int
    name: str
    public_key: bytes
    created_by: UUID | None
    created_at: datetime


class SiteKeyRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[SiteKeyView]:
        return [SiteKeyView(**row) for row in await self._pool.fetch(_SQL["site_keys"], site_id)]

    async def add(
        self, key: SiteKeyRow, most: int, replaced: UUID | None = None, *, replace_all: bool = False
    ) -> int | None:
        """Adds a key, in place of the key ``replaced`` or of all. Gives how many it replaced.

        None, and nothing is added, when ``replaced`` was revoked meanwhile.

        Raises ``asyncpg.UniqueViolationError`` when the site has or had the key, and ``LookupError`` when it has
        ``most`` keys already.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            # One after another, so that two at once cannot both be the last that may.
            await connection.fetchval(_SQL["lock_site"], key.site_id)
            gone = await connection.fetch(
                _SQL["replace_keys"], key.site_id, replaced, replace_all, key.public_key, key.created_at
            )
            if replaced and not gone:
                return None
            if await connection.fetchval(_SQL["count_keys"], key.site_id) >= most:
                raise LookupError(most)
            await connection.execute(
                _SQL["add_key"], key.id, key.site_id, key.name, key.public_key, key.created_by, key.created_at
            )
        return len(gone)

    async def revoke(self, key_id: UUID, site_id: int, now: datetime) -> bool:
        """False when the site has no such key."""
        return await self._pool.fetchval(_SQL["revoke_key"], key_id, site_id, now) is not None
