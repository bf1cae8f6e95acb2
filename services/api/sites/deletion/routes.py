from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.sites.deletion.errors import DeletionNotFoundError
from services.api.sites.deletion.models import Deletion, DeletionList
from services.api.sites.deletion.repository import DeletionRepository
from services.api.sites.deletion.service import DeletionService
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES

DELETIONS = web.AppKey("deletions", DeletionService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[DELETIONS] = DeletionService(DeletionRepository(deps.pool), app[SITES], deps.clock)


async def delete_site(request: web.Request, caller: Caller) -> Deletion:
    """Delete a site and all its data.

    Deletion runs in the background: follow it at `/api/v1/deletions/{name}`. It cannot be undone.
    """
    return await request.app[DELETIONS].request(caller, request.match_info["name"])


async def list_deletions(request: web.Request) -> DeletionList:
    """List the deletions of sites."""
    return DeletionList(deletions=tuple(await request.app[DELETIONS].all()))


async def get_deletion(request: web.Request) -> Deletion:
    """Get the progress of a site's deletion.

    The latest deletion, if sites of that name were deleted more than once.
    """
    return await request.app[DELETIONS].get(request.match_info["name"])


ENDPOINTS = (
    Endpoint(
        "DELETE",
        "/api/v1/sites/{name}",
        delete_site,
        Access.ADMIN,
        tag=Tag.SITES,
        operation_id="deleteSite",
        status=202,
        audit="site.delete",
        raises=(SiteNotFoundError,),
    ),
    Endpoint("GET", "/api/v1/deletions", list_deletions, Access.ADMIN, tag=Tag.SITES, operation_id="listSiteDeletions"),
    Endpoint(
        "GET",
        "/api/v1/deletions/{name}",
        get_deletion,
        Access.ADMIN,
        tag=Tag.SITES,
        operation_id="getSiteDeletion",
        raises=(DeletionNotFoundError,),
    ),
)
