from aiohttp import web

from services.api.accounts.auth.models import Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.reports.paths.models import Paths
from services.api.reports.paths.params import PathsQuery
from services.api.reports.paths.reports import PathService
from services.api.reports.routes import RAW, SELECTIONS
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES

PATHS = web.AppKey("paths", PathService)


def setup(app: web.Application, _deps: Dependencies) -> None:
    app[PATHS] = PathService(app[RAW], app[SELECTIONS])


async def paths(request: web.Request, viewer: Viewer, query: PathsQuery) -> Paths:
    """Get the paths of visits.

    The first pages of visits, or the pages viewed before and after a given page.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[PATHS].paths(site, query)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/paths",
        paths,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getPaths",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
)
