from aiohttp import web

from services.api.auth.models import Caller
from services.api.endpoints import Endpoint
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.stats.dimensions import dimension_of
from services.api.stats.errors import TooManyPointsError, UnknownDimensionError
from services.api.stats.models import Breakdown, Summary, Timeseries
from services.api.stats.params import BreakdownQuery, SummaryQuery, TimeseriesQuery
from services.api.stats.reports import StatsService

STATS = web.AppKey("stats", StatsService)


async def summary(request: web.Request, caller: Caller, query: SummaryQuery) -> Summary:
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[STATS].summary(site, query)


async def timeseries(request: web.Request, caller: Caller, query: TimeseriesQuery) -> Timeseries:
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[STATS].timeseries(site, query)


async def breakdown(request: web.Request, caller: Caller, query: BreakdownQuery) -> Breakdown:
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[STATS].breakdown(site, dimension_of(request.match_info["dimension"]), query)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/sites/{name}/stats/summary", summary, raises=(SiteNotFoundError,)),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/timeseries",
        timeseries,
        raises=(SiteNotFoundError, TooManyPointsError),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/breakdown/{dimension}",
        breakdown,
        raises=(SiteNotFoundError, UnknownDimensionError),
    ),
)
