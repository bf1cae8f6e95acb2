from aiohttp import web

from services.api.auth.models import Scope
from services.api.endpoints import Access, Endpoint
from services.api.funnels.errors import FunnelNotFoundError
from services.api.funnels.routes import FUNNELS
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.stats.conversions.models import FunnelReport, GoalReport
from services.api.stats.conversions.params import FunnelQuery, GoalsQuery
from services.api.stats.conversions.reports import ConversionService
from services.api.viewer import Viewer

CONVERSIONS = web.AppKey("conversions", ConversionService)


async def goals(request: web.Request, viewer: Viewer, query: GoalsQuery) -> GoalReport:
    """Show for each goal who reached it, how often, and which percentage of the visitors that is."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[CONVERSIONS].goals(site, query)


async def funnel(request: web.Request, viewer: Viewer, query: FunnelQuery) -> FunnelReport:
    """Show how many visitors took each step of a funnel, one after another."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    wanted = await request.app[FUNNELS].get(site, request.match_info["funnel"])
    return await request.app[CONVERSIONS].funnel(site, wanted, query)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/goals",
        goals,
        Access.VIEWER,
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/funnels/{funnel}",
        funnel,
        Access.VIEWER,
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, FunnelNotFoundError),
    ),
)
