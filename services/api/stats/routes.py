from aiohttp import web

from services.api.auth.models import Scope
from services.api.endpoints import Access, Endpoint
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.stats.dimensions import dimension_of
from services.api.stats.errors import TooManyPointsError, UnknownDimensionError
from services.api.stats.models import Breakdown, Summary, Timeseries
from services.api.stats.params import BreakdownQuery, SummaryQuery, TimeseriesQuery
from services.api.stats.reports import StatsService
from services.api.viewer import Viewer

STATS = web.AppKey("stats", StatsService)


async def summary(request: web.Request, viewer: Viewer, query: SummaryQuery) -> Summary:
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[STATS].summary(site, query)


async def timeseries(request: web.Request, viewer: Viewer, query: TimeseriesQuery) -> Timeseries:
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[STATS].timeseries(site, query)


async def breakdown(request: web.Request, viewer: Viewer, query: BreakdownQuery) -> Breakdown:
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[STATS].breakdown(site, dimension_of(request.match_info["dimension"]), query)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/summary",
        summary,
        Access.VIEWER,
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/timeseries",
        timeseries,
        Access.VIEWER,
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, TooManyPointsError),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/breakdown/{dimension}",
        breakdown,
        Access.VIEWER,
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, UnknownDimensionError),
    ),
)
