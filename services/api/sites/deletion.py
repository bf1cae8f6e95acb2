"""Deletion of sites: a site is hidden at once, and a worker deletes its data."""

import re
from datetime import datetime
from uuid import UUID

from aiohttp import web

from common.clock import Clock, utc
from common.store import Pool, load_queries
from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.http.errors import ApiError
from services.api.http.models import ResponseModel
from services.api.openapi.tags import Tag
from services.api.sites.models import NAME_PATTERN, SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.sites.service import SiteService

_SQL = load_queries(__package__)


class DeletionNotFoundError(ApiError):
    """No site of that name was deleted."""


class SiteDeletion(ResponseModel):
    """The deletion of a site. When it is finished, the name of the site can be used again."""

    name: str
    requested_at: datetime
    rows_total: int | None
    """Stored rows of the site; null until they are counted."""
    rows_deleted: int
    finished_at: datetime | None


class SiteDeletionList(ResponseModel):
    deletions: tuple[SiteDeletion, ...]
    """Newest first."""


class DeletionRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, site_id: int, requested_by: UUID, now: datetime) -> SiteDeletion | None:
        """Hide the site and request the deletion of its data; None when that was already done."""
        row = await self._pool.fetchrow(_SQL["request_deletion"], site_id, requested_by, now)
        return SiteDeletion(**row) if row else None

    async def all(self) -> list[SiteDeletion]:
        return [SiteDeletion(**row) for row in await self._pool.fetch(_SQL["deletions"])]

    async def latest(self, name: str) -> SiteDeletion | None:
        """Return the latest deletion of a site of that name."""
        row = await self._pool.fetchrow(_SQL["latest_deletion"], name)
        return SiteDeletion(**row) if row else None


class DeletionService:
    def __init__(self, deletions: DeletionRepository, sites: SiteService, clock: Clock) -> None:
        self._deletions = deletions
        self._sites = sites
        self._clock = clock

    async def request(self, caller: Caller, name: str) -> SiteDeletion:
        """Hide the site from all users and let collectors reject its beacons. Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        deletion = await self._deletions.add(site.id, caller.id, utc(self._clock()))
        if deletion is None:
            raise SiteNotFoundError("the site does not exist")
        await self._sites.publish_registry()
        return deletion

    async def all(self) -> list[SiteDeletion]:
        return await self._deletions.all()

    async def get(self, name: str) -> SiteDeletion:
        """Return the latest deletion of a site of that name. Raises ``DeletionNotFoundError``."""
        deletion = await self._deletions.latest(name) if re.fullmatch(NAME_PATTERN, name) else None
        if deletion is None:
            raise DeletionNotFoundError("no site of that name was deleted")
        return deletion


DELETIONS = web.AppKey("deletions", DeletionService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[DELETIONS] = DeletionService(DeletionRepository(deps.pool), app[SITES], deps.clock)


async def delete_site(request: web.Request, caller: Caller) -> SiteDeletion:
    """Delete a site and all its data.

    Deletion runs in the background: follow it at `/api/v1/deletions/{name}`. It cannot be undone.
    """
    return await request.app[DELETIONS].request(caller, request.match_info["name"])


async def list_deletions(request: web.Request) -> SiteDeletionList:
    """List the deletions of sites."""
    return SiteDeletionList(deletions=tuple(await request.app[DELETIONS].all()))


async def get_deletion(request: web.Request) -> SiteDeletion:
    """Get the progress of a site's deletion.

    The latest deletion, if sites of that name were deleted more than once.
    """
    return await request.app[DELETIONS].get(request.match_info["name"])


ENDPOINTS = (
    Endpoint(
        "DELETE",
        "/api/v1/sites/{name}",
        delete_site,
        Access.ADMIN,
        tag=Tag.SITES,
        operation_id="deleteSite",
        status=202,
        audit="site.delete",
        raises=(SiteNotFoundError,),
    ),
    Endpoint("GET", "/api/v1/deletions", list_deletions, Access.ADMIN, tag=Tag.SITES, operation_id="listSiteDeletions"),
    Endpoint(
        "GET",
        "/api/v1/deletions/{name}",
        get_deletion,
        Access.ADMIN,
        tag=Tag.SITES,
        operation_id="getSiteDeletion",
        raises=(DeletionNotFoundError,),
    ),
)
