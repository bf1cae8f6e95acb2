from functools import partial

from aiohttp import web

from services.api.accounts.auth.models import Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.goals.routes import GOALS
from services.api.openapi.tags import Tag
from services.api.reports.conversions.goal_filters import with_targets
from services.api.reports.realtime.models import Realtime, RealtimeQuery
from services.api.reports.realtime.reports import RealtimeService
from services.api.reports.routes import RAW
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES

REALTIME = web.AppKey("realtime", RealtimeService)


def setup(app: web.Application, deps: Dependencies) -> None:
    with_goals = partial(with_targets, goals=app[GOALS])
    app[REALTIME] = RealtimeService(app[RAW], with_goals, deps.shards, deps.clock)


async def realtime(request: web.Request, viewer: Viewer, query: RealtimeQuery) -> Realtime:
    """Get the current visitors and the last 30 minutes."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[REALTIME].realtime(site, query)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/realtime",
        realtime,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getRealtime",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
)
