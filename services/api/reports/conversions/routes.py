from aiohttp import web

from services.api.accounts.auth.models import Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.funnels.models import FunnelNotFoundError
from services.api.funnels.routes import FUNNELS
from services.api.goals.routes import GOALS
from services.api.openapi.tags import Tag
from services.api.reports.conversions.models import FunnelReport, GoalReport
from services.api.reports.conversions.params import FunnelQuery, GoalsQuery
from services.api.reports.conversions.reports import ConversionService
from services.api.reports.routes import RAW, SELECTIONS
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES

CONVERSIONS = web.AppKey("conversions", ConversionService)


def setup(app: web.Application, _deps: Dependencies) -> None:
    app[CONVERSIONS] = ConversionService(app[RAW], app[SELECTIONS], app[GOALS])


async def goals(request: web.Request, viewer: Viewer, query: GoalsQuery) -> GoalReport:
    """Get the conversions of each goal.

    Visitors, conversions and conversion rate.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[CONVERSIONS].goals(site, query)


async def funnel(request: web.Request, viewer: Viewer, query: FunnelQuery) -> FunnelReport:
    """Get the visitors of each step of a funnel."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    wanted = await request.app[FUNNELS].get(site, request.match_info["funnel"])
    return await request.app[CONVERSIONS].funnel(site, wanted, query)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/goals",
        goals,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getGoalConversions",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/funnels/{funnel}",
        funnel,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getFunnelConversions",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, FunnelNotFoundError),
    ),
)
