from aiohttp import web

from services.api.audit.entries import SUBJECT
from services.api.auth.models import Caller, Scope
from services.api.endpoints import Access, Endpoint
from services.api.sites.errors import SiteNameTakenError, SiteNotFoundError
from services.api.sites.models import CreateSite, SiteList, SiteView, UpdateSite
from services.api.sites.service import SiteService

SITES = web.AppKey("sites", SiteService)


async def list_sites(request: web.Request, caller: Caller) -> SiteList:
    """List sites.

    Administrators see all of them, others those that they manage.
    """
    return SiteList(sites=tuple(map(SiteView.of, await request.app[SITES].visible(caller))))


async def create_site(request: web.Request, caller: Caller, body: CreateSite) -> SiteView:
    """Make a site.

    Collectors know it at once.
    """
    request[SUBJECT] = body.name
    return SiteView.of(await request.app[SITES].create(caller, body))


async def get_site(request: web.Request, caller: Caller) -> SiteView:
    """Read a site."""
    return SiteView.of(await request.app[SITES].get(caller, request.match_info["name"]))


async def update_site(request: web.Request, caller: Caller, body: UpdateSite) -> SiteView:
    """Change a site.

    What is left out stays as it is. The name cannot change.
    """
    return SiteView.of(await request.app[SITES].change(caller, request.match_info["name"], body))


ENDPOINTS = (
    Endpoint("GET", "/api/v1/sites", list_sites, scope=Scope.READ_STATS),
    Endpoint(
        "POST",
        "/api/v1/sites",
        create_site,
        Access.ADMIN,
        status=201,
        audit="site.create",
        raises=(SiteNameTakenError,),
    ),
    Endpoint("GET", "/api/v1/sites/{name}", get_site, scope=Scope.READ_STATS, raises=(SiteNotFoundError,)),
    Endpoint("PATCH", "/api/v1/sites/{name}", update_site, audit="site.update", raises=(SiteNotFoundError,)),
)
