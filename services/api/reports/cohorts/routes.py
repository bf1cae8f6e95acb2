from aiohttp import web

from services.api.accounts.auth.models import Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.reports.cohorts.models import Retention
from services.api.reports.cohorts.params import RetentionQuery
from services.api.reports.cohorts.reports import RetentionService
from services.api.reports.errors import TooManyPointsError
from services.api.reports.routes import RAW, SELECTIONS
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES

RETENTION = web.AppKey("retention", RetentionService)


def setup(app: web.Application, _deps: Dependencies) -> None:
    app[RETENTION] = RetentionService(app[RAW], app[SELECTIONS])


async def retention(request: web.Request, viewer: Viewer, query: RetentionQuery) -> Retention:
    """Get cohort retention.

    How many visitors returned, by the day or week of their first visit.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[RETENTION].retention(site, query)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/cohort-retention",
        retention,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getCohortRetention",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, TooManyPointsError),
    ),
)
