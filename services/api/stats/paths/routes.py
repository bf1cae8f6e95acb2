from aiohttp import web

from services.api.auth.models import Scope
from services.api.endpoints import Access, Endpoint
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.stats.paths.models import Paths
from services.api.stats.paths.params import PathsQuery
from services.api.stats.paths.reports import PathService
from services.api.viewer import Viewer

PATHS = web.AppKey("paths", PathService)


async def paths(request: web.Request, viewer: Viewer, query: PathsQuery) -> Paths:
    """Show the ways that visits take from their first page on, and which pages come before and after a page."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[PATHS].paths(site, query)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/paths",
        paths,
        Access.VIEWER,
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
)
