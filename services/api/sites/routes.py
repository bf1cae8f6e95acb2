from aiohttp import web

from services.api.auth.models import Caller
from services.api.endpoints import Access, Endpoint
from services.api.sites.models import CreateSite, SiteList, SiteView
from services.api.sites.service import SiteService

SITES = web.AppKey("sites", SiteService)


async def list_sites(request: web.Request, caller: Caller) -> SiteList:
    return SiteList(sites=tuple(map(SiteView.of, await request.app[SITES].visible(caller))))


async def create_site(request: web.Request, caller: Caller, body: CreateSite) -> SiteView:
    return SiteView.of(await request.app[SITES].create(caller, body))


async def get_site(request: web.Request, caller: Caller) -> SiteView:
    return SiteView.of(await request.app[SITES].get(caller, request.match_info["name"]))


ENDPOINTS = (
    Endpoint("GET", "/api/v1/sites", list_sites),
    Endpoint("POST", "/api/v1/sites", create_site, Access.ADMIN, status=201),
    Endpoint("GET", "/api/v1/sites/{name}", get_site),
)
