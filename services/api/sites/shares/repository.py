"""Share links in the store."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.store import Pool, load_queries
from services.api.sites.shares.models import ShareView

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A link as it is kept. ``token_hash``: SHA-256, 32 bytes."""

    id: UUID
    site_id: int
    name: str
    token_hash: bytes
    password_hash: str | None
    created_by: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KnownShare:
    """A link that somebody came with."""

    id: UUID
    site: str
    password_hash: str | None


class ShareRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[ShareView]:
        return [ShareView(**row) for row in await self._pool.fetch(_SQL["shares"], site_id)]

    async def add(self, share: ShareRow) -> None:
        await self._pool.execute(
            _SQL["add_share"],
            share.id,
            share.site_id,
            share.name,
            share.token_hash,
            share.password_hash,
            share.created_by,
            share.created_at,
        )

    async def revoke(self, share_id: UUID, site_id: int, now: datetime) -> bool:
        """False when the site has no such link."""
        return await self._pool.fetchval(_SQL["revoke_share"], share_id, site_id, now) is not None

    async def by_token(self, token_hash: bytes) -> KnownShare | None:
        row = await self._pool.fetchrow(_SQL["share_by_token"], token_hash)
        return KnownShare(**row) if row else None

    async def site_of(self, share_id: UUID) -> int | None:
        """The site that the link opens; None when the link or the site is gone."""
        number: int | None = await self._pool.fetchval(_SQL["site_of_share"], share_id)
        return number
