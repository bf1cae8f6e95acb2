from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web

from services.api.accounts.auth.models import Scope, UnauthenticatedError, Viewer
from services.api.compat.v01dworks.bots import V01dworksBots
from services.api.compat.v01dworks.models import (
    BotStats,
    DetectedBots,
    ListedSite,
    ListedSites,
    PageStats,
    PageStatsQuery,
    SiteQuery,
    SiteStats,
    V01dworksAnomalies,
    V01dworksForecast,
    V01dworksForecastQuery,
    V01dworksSummary,
)
from services.api.compat.v01dworks.repository import V01dworksRepository
from services.api.compat.v01dworks.service import V01dworksInsights, V01dworksStats
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint, Reply
from services.api.http.models import ResponseModel
from services.api.insights import routes as insights
from services.api.openapi.tags import Tag
from services.api.reports import routes as reports
from services.api.sites.models import Site, SiteNotFoundError
from services.api.sites.routes import SITES

STATS = web.AppKey("v01dworks_stats", V01dworksStats)
BOTS = web.AppKey("v01dworks_bots", V01dworksBots)
INSIGHTS = web.AppKey("v01dworks_insights", V01dworksInsights)

ResponseT = TypeVar("ResponseT", bound=ResponseModel)

PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Signature, Signature-Input, X-Signature, X-Timestamp",
    "Access-Control-Max-Age": "86400",
}
"""Independent of the site: the response itself states whether it may be read."""


def setup(app: web.Application, deps: Dependencies) -> None:
    repository = V01dworksRepository(deps.pool, deps.shards)
    app[BOTS] = V01dworksBots(repository, deps.clock)
    app[STATS] = V01dworksStats(app[reports.STATS], app[reports.RAW], repository, app[BOTS], deps.shards, deps.clock)
    app[INSIGHTS] = V01dworksInsights(app[insights.INSIGHTS], app[STATS], deps.clock)


async def list_sites(request: web.Request, viewer: Viewer) -> Reply[ListedSites]:
    """List the sites whose reports the caller can see.

    Includes public sites.
    """
    sites = await request.app[SITES].viewable(viewer)
    listed = tuple(ListedSite(id=site.name, requires_auth=not site.public) for site in sites)
    return Reply(ListedSites(sites=listed), headers=_cors_headers(request, viewer))


async def stats(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[SiteStats]:
    """Get all statistics of a site."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[STATS].site_stats(site))


async def page_stats(request: web.Request, viewer: Viewer, query: PageStatsQuery) -> Reply[PageStats]:
    """Get the views of a page.

    With their countries and sources. Scripts on pages of a public site can read it and show it there.
    """
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[STATS].page_stats(site, query.path))


async def forecast(request: web.Request, viewer: Viewer, query: V01dworksForecastQuery) -> Reply[V01dworksForecast]:
    """Get the forecast of page views."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[INSIGHTS].forecast(site, query.days))


async def summary(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[V01dworksSummary]:
    """Get the key figures of a site."""
    site = await _site(request, viewer, query)
    return _reply(request, viewer, site, await request.app[INSIGHTS].summary(site))


async def anomalies(request: web.Request, viewer: Viewer, query: SiteQuery) -> Reply[V01dworksAnomalies]:
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
    """Return the requested site.

    Raises ``UnauthenticatedError`` for anonymous callers, as clients expect; no response reveals which sites exist.
    Raises ``SiteNotFoundError`` for users, as all other endpoints do.
    """
    try:
        return await request.app[SITES].view(viewer, query.site_id)
    except SiteNotFoundError:
        if viewer.caller is None:
            raise UnauthenticatedError("Unauthorized") from None
        raise


def _reply(request: web.Request, viewer: Viewer, site: Site, response: ResponseT) -> Reply[ResponseT]:
    return Reply(response, headers=_cors_headers(request, viewer, site))


async def preflight(_request: web.Request) -> web.Response:
    return web.Response(status=204, headers=PREFLIGHT)


def _may_read(origin: str, viewer: Viewer, site: Site | None) -> bool:
    """Whether scripts on pages of ``origin`` may read the response.

    They may if the request has a key or token, because browsers never add one by themselves. Otherwise only pages of
    the site itself may, and only if the site is public.
    """
    if viewer.caller is not None or viewer.shared_site_id is not None:
        return True
    return site is not None and (not site.origins or origin in site.origins)


def _cors_headers(request: web.Request, viewer: Viewer, site: Site | None = None) -> dict[str, str]:
    origin = request.headers.get("Origin", "")
    if not origin or not _may_read(origin, viewer, site):
        return {"Vary": "Origin"}
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin}


def _site_endpoint(path: str, handler: Callable[..., Awaitable[Reply[Any]]], *, operation_id: str) -> Endpoint:
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
    _site_endpoint("/stats", stats, operation_id="compatGetStats"),
    _site_endpoint("/page-stats", page_stats, operation_id="compatGetPageStats"),
    _site_endpoint("/forecast", forecast, operation_id="compatGetForecast"),
    _site_endpoint("/summary", summary, operation_id="compatGetSummary"),
    _site_endpoint("/anomalies", anomalies, operation_id="compatListAnomalies"),
    _site_endpoint("/bots", bots, operation_id="compatListBots"),
    _site_endpoint("/bot-stats", bot_stats, operation_id="compatGetBotStats"),
)


def preflight_routes() -> list[web.RouteDef]:
    return [web.options(endpoint.path, preflight) for endpoint in ENDPOINTS]
