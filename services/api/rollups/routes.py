from aiohttp import web

from services.api.auth.models import Caller
from services.api.endpoints import Access, Endpoint
from services.api.rollups.models import RebuildRequest, RollupState
from services.api.rollups.service import RollupService
from services.api.sites.errors import SiteNotFoundError

ROLLUPS = web.AppKey("rollups", RollupService)


async def rollup_state(request: web.Request, caller: Caller) -> RollupState:
    """See how far a site's numbers are counted in advance.

    What is not is read from the raw rows: the numbers are right at any time, only slower.
    """
    return await request.app[ROLLUPS].state(caller, request.match_info["name"])


async def rebuild_rollups(request: web.Request, caller: Caller, body: RebuildRequest) -> RollupState:
    """Count days of a site anew from the raw rows.

    A worker does it in the background; until it has, these days are read from the raw rows.
    """
    return await request.app[ROLLUPS].rebuild(caller, request.match_info["name"], body)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/sites/{name}/rollups", rollup_state, Access.ADMIN, raises=(SiteNotFoundError,)),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/rollups/rebuild",
        rebuild_rollups,
        Access.ADMIN,
        status=202,
        audit="rollups.rebuild",
        raises=(SiteNotFoundError,),
    ),
)
