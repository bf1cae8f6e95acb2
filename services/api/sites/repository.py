"""Reads and writes sites."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.registry import RegisteredSite, site_from_row
from common.sites import ABOUT, COLUMNS, SiteSettings, settings_from_row
from common.store import Pool, load_queries
from common.store.accounts import create_site
from services.api.accounts.auth.models import Caller
from services.api.bots.service import request_recount
from services.api.operations.rollups.repository import RollupRepository, all_days
from services.api.sites.models import Site, UpdateSite

_SQL = load_queries(__package__)
_REGISTRY = load_queries("common.store")["registry"]


class SiteRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def visible(self, caller: Caller) -> list[Site]:
        rows = await self._pool.fetch(_SQL["visible_sites"], caller.is_admin, caller.id, caller.site_id)
        return [_site(row) for row in rows]

    async def visible_by_name(self, caller: Caller, name: str) -> Site | None:
        row = await self._pool.fetchrow(_SQL["visible_site"], caller.is_admin, caller.id, name, caller.site_id)
        return _site(row) if row else None

    async def public_or_shared_by_name(self, shared_site_id: int | None, name: str) -> Site | None:
        """Return the site if it is public, or if it is the shared one."""
        row = await self._pool.fetchrow(_SQL["public_or_shared_site"], shared_site_id, name)
        return _site(row) if row else None

    async def public_or_shared(self, shared_site_id: int | None) -> list[Site]:
        """Return the public sites and the shared one."""
        return [_site(row) for row in await self._pool.fetch(_SQL["public_or_shared_sites"], shared_site_id)]

    async def add(self, site: SiteSettings, now: datetime) -> int | None:
        """Return the id of the new site, or None when the name is taken."""
        return await create_site(self._pool, site, now)

    async def update(self, site_id: int, body: UpdateSite, now: datetime) -> Site | None:
        """Return the updated site, or None when it was deleted.

        A new time zone changes the bounds of all days, so their rollups must be rebuilt. A new bot policy changes
        which visits count, so all visits are counted again.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            changes = {name: getattr(body, name) for name in ABOUT if name in body.model_fields_set}
            assignments = "".join(f", {COLUMNS[name]} = ${number}" for number, name in enumerate(changes, 3))
            text = _SQL["update_site"].format(assignments=assignments)
            row = await connection.fetchrow(text, site_id, now, *changes.values())
            if row and "timezone" in changes:
                rollups = RollupRepository(connection)
                await rollups.mark_stale(site_id, all_days(await rollups.oldest_day(site_id), now.date()), now)
            if row and "bot_policy" in changes:
                await request_recount(connection, site_id, now)
        return _site(row) if row else None

    async def registry(self) -> Sequence[RegisteredSite]:
        return [site_from_row(row) for row in await self._pool.fetch(_REGISTRY)]


def _site(row: Any) -> Site:
    return Site(id=row["id"], created_at=row["created_at"], **settings_from_row(row))
