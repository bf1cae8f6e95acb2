from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web

from services.api.accounts.auth.models import Scope, UnauthenticatedError, Viewer
from services.api.compat.v01dworks import cors
from services.api.compat.v01dworks.bots import BotReports
from services.api.compat.v01dworks.insights import SeedInsights
from services.api.compat.v01dworks.models import (
    BotStats,
    DetectedBots,
    ListedSite,
    ListedSites,
    PageStats,
    SeedAnomalies,
    SeedForecast,
    SeedSummary,
    SiteStats,
)
from services.api.compat.v01dworks.params import ForecastQuery, PageQuery, SiteQuery
from services.api.compat.v01dworks.repository import SeedRepository
from services.api.compat.v01dworks.stats import SeedStats
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint, Reply
from services.api.http.models import ResponseModel
from services.api.insights import routes as insights
from services.api.openapi.tags import Tag
from services.api.reports import routes as reports
from services.api.sites.models import Site, SiteNotFoundError
from services.api.sites.routes import SITES

STATS = web.AppKey("seed_stats", SeedStats)
BOTS = web.AppKey("seed_bots", BotReports)
INSIGHTS = web.AppKey("seed_insights", SeedInsights)

Answer = TypeVar("Answer", bound=ResponseModel)


def setup(app: web.Application, deps: Dependencies) -> None:
    repository = SeedRepository(deps.pool, deps.shards)
    app[BOTS] = BotReports(repository, deps.clock)
    app[STATS] = SeedStats(app[reports.STATS], app[reports.RAW], repository, app[BOTS], deps.shards, deps.clock)
    app[INSIGHTS] = SeedInsights(app[insights.INSIGHTS], app[STATS].history, deps.clock)


async def list_sites(request: web.Request, viewer: Viewer) -> Reply[ListedSites]:
    """List the sites whose reports the caller can see.

    Includes public sites.
    """
    sites = await request.app[SITES].viewable(viewer)
    listed = tuple(ListedSite(id=site.name, requires_auth=not site.public) for site in sites)
    return Reply(ListedSites(sites=listed), headers=cors.headers(request, viewer))


async def stats(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[SiteStats]:
    """Get all statistics of a site."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[STATS].of_site(site))


async def page_stats(request: web.Request, viewer: Viewer, query: PageQuery) -> Reply[PageStats]:
    """Get the views of a page.

    With their countries and sources. Scripts on pages of a public site can read it and show it there.
    """
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[STATS].of_page(site, query.path))


async def forecast(request: web.Request, viewer: Viewer, query: ForecastQuery) -> Reply[SeedForecast]:
    """Get the forecast of page views."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[INSIGHTS].forecast(site, query.days))


async def summary(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[SeedSummary]:
    """Get the key figures of a site."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[INSIGHTS].summary(site))


async def anomalies(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[SeedAnomalies]:
    """List anomalies."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[INSIGHTS].anomalies(site))


async def bots(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[DetectedBots]:
    """List visitors that count as bots, with reasons."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[BOTS].detected(site))


async def bot_stats(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[BotStats]:
    """Get the requests of bots, which no other report includes."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[BOTS].stats(site))


async def _site(request: web.Request, viewer: Viewer, query: SiteQuery) -> Site:
    """Raises ``UnauthenticatedError`` where clients expect it: whether there is such a site is not told to anybody.

    To users it is the ``SiteNotFoundError`` of all other addresses.
    """
    try:
        return await request.app[SITES].view(viewer, query.site_id)
    except SiteNotFoundError:
        if viewer.caller is None:
            raise UnauthenticatedError("Unauthorized") from None
        raise


def _reply(request: web.Request, viewer: Viewer, site: Site, answer: Answer) -> Reply[Answer]:
    return Reply(answer, headers=cors.headers(request, viewer, site))


def _of_site(path: str, handler: Callable[..., Awaitable[Reply[Any]]], *, operation_id: str) -> Endpoint:
    return Endpoint(
        "GET",
        path,
        handler,
        Access.VIEWER,
        tag=Tag.COMPAT,
        operation_id=operation_id,
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    )


ENDPOINTS = (
    Endpoint(
        "GET",
        "/sites",
        list_sites,
        Access.VIEWER,
        tag=Tag.COMPAT,
        operation_id="compatListSites",
        scope=Scope.READ_STATS,
    ),
    _of_site("/stats", stats, operation_id="compatGetStats"),
    _of_site("/page-stats", page_stats, operation_id="compatGetPageStats"),
    _of_site("/forecast", forecast, operation_id="compatGetForecast"),
    _of_site("/summary", summary, operation_id="compatGetSummary"),
    _of_site("/anomalies", anomalies, operation_id="compatListAnomalies"),
    _of_site("/bots", bots, operation_id="compatListBots"),
    _of_site("/bot-stats", bot_stats, operation_id="compatGetBotStats"),
)


def preflight_routes() -> list[web.RouteDef]:
    return [web.options(endpoint.path, cors.preflight) for endpoint in ENDPOINTS]
