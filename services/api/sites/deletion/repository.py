"""Deletions in the store."""

from datetime import datetime
from uuid import UUID

from common.store import Pool, load_queries
from services.api.sites.deletion.models import Deletion

_SQL = load_queries(__package__)


class DeletionRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, site_id: int, requested_by: UUID, now: datetime) -> Deletion | None:
        """Hides the site from everybody, and puts its data up for deletion; None when it is hidden already."""
        row = await self._pool.fetchrow(_SQL["request_deletion"], site_id, requested_by, now)
        return Deletion(**row) if row else None

    async def all(self) -> list[Deletion]:
        return [Deletion(**row) for row in await self._pool.fetch(_SQL["deletions"])]

    async def latest(self, name: str) -> Deletion | None:
        """The latest deletion of a site of that name."""
        row = await self._pool.fetchrow(_SQL["latest_deletion"], name)
        return Deletion(**row) if row else None
