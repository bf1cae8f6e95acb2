from aiohttp import web

from services.api.auth.models import Caller, Scope
from services.api.endpoints import Access, Endpoint
from services.api.insights.models import (
    AnomaliesAnswer,
    AnomaliesQuery,
    ForecastAnswer,
    ForecastQuery,
    Refresh,
    SummaryAnswer,
)
from services.api.insights.service import InsightService
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.viewer import Viewer

INSIGHTS = web.AppKey("insights", InsightService)


async def forecast(request: web.Request, viewer: Viewer, query: ForecastQuery) -> ForecastAnswer:
    """Show how many visitors and page views are expected.

    From today on, each day with the ranges that it will lie in. Computed each night.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[INSIGHTS].forecast(site, query.days)


async def anomalies(request: web.Request, viewer: Viewer, query: AnomaliesQuery) -> AnomaliesAnswer:
    """Show the days that were not like the others, and a first guess why.

    Of the days that are over, by the weekday, the season and the level of late. Computed each night.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[INSIGHTS].anomalies(site, query.days)


async def summary(request: web.Request, viewer: Viewer) -> SummaryAnswer:
    """Show a site in a few numbers: averages, its busiest weekday and hour, week over week, records.

    Of the days that are over. Computed each night.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[INSIGHTS].summary(site)


async def refresh(request: web.Request, caller: Caller) -> Refresh:
    """Have the insights computed now, and not only at night."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[INSIGHTS].refresh(site)


_PATH = "/api/v1/sites/{name}/insights"
_NOT_THERE = (SiteNotFoundError,)

ENDPOINTS = (
    Endpoint("GET", f"{_PATH}/forecast", forecast, Access.VIEWER, scope=Scope.READ_STATS, raises=_NOT_THERE),
    Endpoint("GET", f"{_PATH}/anomalies", anomalies, Access.VIEWER, scope=Scope.READ_STATS, raises=_NOT_THERE),
    Endpoint("GET", f"{_PATH}/summary", summary, Access.VIEWER, scope=Scope.READ_STATS, raises=_NOT_THERE),
    Endpoint("POST", f"{_PATH}/refresh", refresh, status=202, audit="insights.refresh", raises=_NOT_THERE),
)
