from aiohttp import web

from services.api.auth.models import Caller, Scope
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag
from services.api.overview.models import Overview
from services.api.overview.service import OverviewService
from services.api.sites.routes import SITES
from services.api.stats.params import OverviewQuery

OVERVIEW = web.AppKey("overview", OverviewService)


async def overview(request: web.Request, caller: Caller, query: OverviewQuery) -> Overview:
    """Get an overview of all sites.

    The sites that the caller can see, each in its own time zone.
    """
    return await request.app[OVERVIEW].of(await request.app[SITES].visible(caller), query)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/overview", overview, tag=Tag.REPORTS, operation_id="getOverview", scope=Scope.READ_STATS),
)
