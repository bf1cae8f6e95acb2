from aiohttp import web

from services.api.auth.models import Caller
from services.api.data_retention.models import DataRetention, DataRetentionQuery
from services.api.data_retention.service import DataRetentionService
from services.api.endpoints import Access, Endpoint
from services.api.sites.errors import SiteNotFoundError

DATA_RETENTION = web.AppKey("data_retention", DataRetentionService)


async def read_data_retention(request: web.Request, caller: Caller, query: DataRetentionQuery) -> DataRetention:
    """See what of each site is older than it keeps, and what has gone.

    Nothing is deleted by asking.
    """
    return await request.app[DATA_RETENTION].report(caller, query.site)


async def apply_data_retention(request: web.Request, caller: Caller, query: DataRetentionQuery) -> DataRetention:
    """Have what is older than a site keeps deleted now.

    It is done in the background, and happens by itself every day; this is for what an import has brought since.
    """
    return await request.app[DATA_RETENTION].request(caller, query.site)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/retention", read_data_retention, Access.ADMIN, raises=(SiteNotFoundError,)),
    Endpoint(
        "POST",
        "/api/v1/retention",
        apply_data_retention,
        Access.ADMIN,
        status=202,
        audit="retention.apply",
        raises=(SiteNotFoundError,),
    ),
)
