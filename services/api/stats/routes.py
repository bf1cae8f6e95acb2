from aiohttp import web

from services.api.auth.models import Caller
from services.api.endpoints import Endpoint
from services.api.sites.routes import SITES
from services.api.stats.models import Summary, Timeseries
from services.api.stats.params import SummaryQuery, TimeseriesQuery
from services.api.stats.reports import StatsService

STATS = web.AppKey("stats", StatsService)


async def summary(request: web.Request, caller: Caller, query: SummaryQuery) -> Summary:
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[STATS].summary(site, query)


async def timeseries(request: web.Request, caller: Caller, query: TimeseriesQuery) -> Timeseries:
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[STATS].timeseries(site, query)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/sites/{name}/stats/summary", summary),
    Endpoint("GET", "/api/v1/sites/{name}/stats/timeseries", timeseries),
)
