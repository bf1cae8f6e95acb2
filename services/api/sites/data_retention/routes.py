from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.sites.data_retention.models import DataRetention, DataRetentionQuery
from services.api.sites.data_retention.service import DataRetentionRepository, DataRetentionService
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

DATA_RETENTION = web.AppKey("data_retention", DataRetentionService)


def setup(app: web.Application, deps: Dependencies) -> None:
    retention = DataRetentionRepository(deps.pool, deps.shards)
    app[DATA_RETENTION] = DataRetentionService(retention, app[SITES], deps.clock)


async def read_data_retention(request: web.Request, caller: Caller, query: DataRetentionQuery) -> DataRetention:
    """Get the data retention of each site.

    Shows what is older than the site keeps, and what was deleted. Deletes nothing.
    """
    return await request.app[DATA_RETENTION].report(caller, query.site)


async def apply_data_retention(request: web.Request, caller: Caller, query: DataRetentionQuery) -> DataRetention:
    """Delete data that is older than a site keeps.

    Runs in the background. The worker also does it every day; use this after an import of old data.
    """
    return await request.app[DATA_RETENTION].request(caller, query.site)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/data-retention",
        read_data_retention,
        Access.ADMIN,
        tag=Tag.OPERATIONS,
        operation_id="getDataRetention",
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/data-retention",
        apply_data_retention,
        Access.ADMIN,
        tag=Tag.OPERATIONS,
        operation_id="applyDataRetention",
        status=202,
        audit="data-retention.apply",
        raises=(SiteNotFoundError,),
    ),
)
