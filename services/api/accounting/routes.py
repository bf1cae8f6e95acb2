from aiohttp import web

from services.api.accounting.errors import StreamsAskedInVainError
from services.api.accounting.models import Accounting, AccountingQuery
from services.api.accounting.service import AccountingService
from services.api.auth.models import Caller
from services.api.endpoints import Access, Endpoint
from services.api.sites.errors import SiteNotFoundError

ACCOUNTING = web.AppKey("accounting", AccountingService)


async def read_accounting(request: web.Request, caller: Caller, query: AccountingQuery) -> Accounting:
    """Account for every accepted beacon.

    Where each is: stored, dropped for a reason, among the dead letters, or still waiting. To the unit, at any moment.
    """
    return await request.app[ACCOUNTING].account(caller, query.site)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/accounting",
        read_accounting,
        Access.ADMIN,
        raises=(SiteNotFoundError, StreamsAskedInVainError),
    ),
)
