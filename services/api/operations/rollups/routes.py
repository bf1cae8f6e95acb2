from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.rollups.models import RebuildRequest, RollupState
from services.api.operations.rollups.repository import RollupRepository
from services.api.operations.rollups.service import RollupService
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

ROLLUPS = web.AppKey("rollups", RollupService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[ROLLUPS] = RollupService(RollupRepository(deps.pool), app[SITES], deps.clock)


async def get_rollup_state(request: web.Request, caller: Caller) -> RollupState:
    """Get the state of a site's rollups.

    Days without current rollups are read from raw rows: the numbers are correct at any time, only slower.
    """
    return await request.app[ROLLUPS].state(caller, request.match_info["name"])


async def rebuild_rollups(request: web.Request, caller: Caller, body: RebuildRequest) -> RollupState:
    """Rebuild the rollups of a site.

    Runs in the background. Until a day is rebuilt, it is read from raw rows.
    """
    return await request.app[ROLLUPS].rebuild(caller, request.match_info["name"], body)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/rollups",
        get_rollup_state,
        Access.ADMIN,
        tag=Tag.OPERATIONS,
        operation_id="getRollupState",
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/rollups/rebuild",
        rebuild_rollups,
        Access.ADMIN,
        tag=Tag.OPERATIONS,
        operation_id="rebuildRollups",
        status=202,
        audit="rollups.rebuild",
        raises=(SiteNotFoundError,),
    ),
)
