from aiohttp import web

from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.entries import Deed
from services.api.operations.audit.models import AuditPage, AuditQuery
from services.api.operations.audit.repository import AuditRepository
from services.api.operations.audit.service import AuditService

AUDIT = web.AppKey("audit", AuditService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[AUDIT] = AuditService(AuditRepository(deps.pool), deps.clock, deps.random)


async def read_audit_log(request: web.Request, query: AuditQuery) -> AuditPage:
    """List the audit log.

    Newest first, in pages.
    """
    return await request.app[AUDIT].page(query)


async def record(request: web.Request, deed: Deed) -> None:
    await request.app[AUDIT].record(deed)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/audit", read_audit_log, Access.ADMIN, tag=Tag.OPERATIONS, operation_id="listAuditEvents"),
)
