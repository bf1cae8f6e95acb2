from aiohttp import web

from services.api.auth.models import Caller, Scope
from services.api.endpoints import Endpoint
from services.api.overview.models import Overview
from services.api.overview.service import OverviewService
from services.api.sites.routes import SITES
from services.api.stats.params import OverviewQuery

OVERVIEW = web.AppKey("overview", OverviewService)


async def overview(request: web.Request, caller: Caller, query: OverviewQuery) -> Overview:
    """Show all sites at a glance.

    Those that the caller may see, each by its own calendar.
    """
    return await request.app[OVERVIEW].of(await request.app[SITES].visible(caller), query)


ENDPOINTS = (Endpoint("GET", "/api/v1/overview", overview, scope=Scope.READ_STATS),)
