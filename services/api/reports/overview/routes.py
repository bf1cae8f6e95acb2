from aiohttp import web

from services.api.accounts.auth.models import Caller, Scope
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag
from services.api.reports.overview.models import Overview
from services.api.reports.overview.repository import OverviewRepository
from services.api.reports.overview.service import OverviewService
from services.api.reports.params import OverviewQuery
from services.api.sites.routes import SITES

OVERVIEW = web.AppKey("overview", OverviewService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[OVERVIEW] = OverviewService(OverviewRepository(deps.pool, deps.shards), deps.clock)


async def overview(request: web.Request, caller: Caller, query: OverviewQuery) -> Overview:
    """Get an overview of all sites.

    The sites that the caller can see, each in its own time zone.
    """
    return await request.app[OVERVIEW].of(await request.app[SITES].visible(caller), query)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/overview", overview, tag=Tag.REPORTS, operation_id="getOverview", scope=Scope.READ_STATS),
)
