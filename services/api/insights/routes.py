from aiohttp import web

from services.api.accounts.auth.models import Caller, Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.insights.models import (
    AnomaliesInsight,
    AnomaliesQuery,
    ForecastInsight,
    ForecastQuery,
    InsightRefresh,
    SummaryInsight,
)
from services.api.insights.service import InsightRepository, InsightService
from services.api.openapi.tags import Tag
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

INSIGHTS = web.AppKey("insights", InsightService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[INSIGHTS] = InsightService(InsightRepository(deps.pool), deps.clock)


async def forecast(request: web.Request, viewer: Viewer, query: ForecastQuery) -> ForecastInsight:
    """Get the forecast of visitors and page views.

    Each day from today on, with prediction intervals. Computed every night.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[INSIGHTS].forecast(site, query.days)


async def anomalies(request: web.Request, viewer: Viewer, query: AnomaliesQuery) -> AnomaliesInsight:
    """List anomalies.

    Past days that differ from what weekday, season and recent level suggest, with likely causes. Computed every night.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[INSIGHTS].anomalies(site, query.days)


async def summary(request: web.Request, viewer: Viewer) -> SummaryInsight:
    """Get the key figures of a site.

    Averages, busiest weekday and hour, week over week, and records, of complete days. Computed every night.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[INSIGHTS].summary(site)


async def refresh(request: web.Request, caller: Caller) -> InsightRefresh:
    """Compute the insights now."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[INSIGHTS].refresh(site)


_PATH = "/api/v1/sites/{name}/insights"
_SITE_ERRORS = (SiteNotFoundError,)

ENDPOINTS = (
    Endpoint(
        "GET",
        f"{_PATH}/forecast",
        forecast,
        Access.VIEWER,
        tag=Tag.INSIGHTS,
        operation_id="getForecast",
        scope=Scope.READ_STATS,
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_PATH}/anomalies",
        anomalies,
        Access.VIEWER,
        tag=Tag.INSIGHTS,
        operation_id="listAnomalies",
        scope=Scope.READ_STATS,
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_PATH}/summary",
        summary,
        Access.VIEWER,
        tag=Tag.INSIGHTS,
        operation_id="getInsightsSummary",
        scope=Scope.READ_STATS,
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "POST",
        f"{_PATH}/refresh",
        refresh,
        tag=Tag.INSIGHTS,
        operation_id="refreshInsights",
        status=202,
        audit="insights.refresh",
        raises=_SITE_ERRORS,
    ),
)
