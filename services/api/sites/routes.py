from functools import partial

from aiohttp import web

from common.registry import publish
from services.api.accounts.auth.models import Caller, Scope
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.sites.models import CreateSite, SiteList, SiteNameTakenError, SiteNotFoundError, SiteView, UpdateSite
from services.api.sites.repository import SiteRepository
from services.api.sites.service import SiteService

SITES = web.AppKey("sites", SiteService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[SITES] = SiteService(SiteRepository(deps.pool), partial(publish, deps.redis), deps.clock)


async def list_sites(request: web.Request, caller: Caller) -> SiteList:
    """List sites.

    Administrators see all sites, others the sites of which they are a member.
    """
    return SiteList(sites=tuple(map(SiteView.of, await request.app[SITES].visible(caller))))


async def create_site(request: web.Request, caller: Caller, body: CreateSite) -> SiteView:
    """Create a site.

    Collectors accept its beacons at once.
    """
    request[SUBJECT] = body.name
    return SiteView.of(await request.app[SITES].create(caller, body))


async def get_site(request: web.Request, caller: Caller) -> SiteView:
    """Get a site."""
    return SiteView.of(await request.app[SITES].get(caller, request.match_info["name"]))


async def update_site(request: web.Request, caller: Caller, body: UpdateSite) -> SiteView:
    """Update a site.

    Fields that are left out keep their value. The name cannot be changed.
    """
    return SiteView.of(await request.app[SITES].update(caller, request.match_info["name"], body))


ENDPOINTS = (
    Endpoint("GET", "/api/v1/sites", list_sites, tag=Tag.SITES, operation_id="listSites", scope=Scope.READ_STATS),
    Endpoint(
        "POST",
        "/api/v1/sites",
        create_site,
        Access.ADMIN,
        tag=Tag.SITES,
        operation_id="createSite",
        status=201,
        audit="site.create",
        raises=(SiteNameTakenError,),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}",
        get_site,
        tag=Tag.SITES,
        operation_id="getSite",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "PATCH",
        "/api/v1/sites/{name}",
        update_site,
        tag=Tag.SITES,
        operation_id="updateSite",
        audit="site.update",
        raises=(SiteNotFoundError,),
    ),
)
