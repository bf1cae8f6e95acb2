from aiohttp import web

from common.streams import StreamReader
from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.http.errors import StreamsUnavailableError
from services.api.openapi.tags import Tag
from services.api.operations.accounting.models import Accounting, AccountingQuery
from services.api.operations.accounting.service import AccountingService, OutcomeRepository
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

ACCOUNTING = web.AppKey("accounting", AccountingService)


def setup(app: web.Application, deps: Dependencies) -> None:
    outcomes = OutcomeRepository(deps.pool, StreamReader(deps.streams), deps.shards)
    app[ACCOUNTING] = AccountingService(outcomes, deps.redis, app[SITES], deps.clock)


async def get_accounting(request: web.Request, caller: Caller, query: AccountingQuery) -> Accounting:
    """Account for every accepted beacon.

    States how many are stored, dropped (by reason), in the dead letters, or still waiting. Exact at any moment.
    """
    return await request.app[ACCOUNTING].account(caller, query.site)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/accounting",
        get_accounting,
        Access.ADMIN,
        tag=Tag.OPERATIONS,
        operation_id="getAccounting",
        raises=(SiteNotFoundError, StreamsUnavailableError),
    ),
)
