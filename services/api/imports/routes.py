from aiohttp import web

from services.api.auth.models import Caller
from services.api.endpoints import Access, Endpoint
from services.api.imports.models import MAX_BYTES, ImportAnswer, ImportBody
from services.api.imports.service import ImportService
from services.api.sites.routes import SITES

IMPORTS = web.AppKey("imports", ImportService)


async def import_events(request: web.Request, caller: Caller, body: ImportBody) -> ImportAnswer:
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[IMPORTS].take(site, body.events)


ENDPOINTS = (
    Endpoint("POST", "/api/v1/sites/{name}/imports", import_events, Access.ADMIN, status=202, max_body=MAX_BYTES),
)
