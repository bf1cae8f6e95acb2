from aiohttp import web

from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import AuditEvent, AuditPage, AuditQuery
from services.api.operations.audit.service import AuditRepository, AuditService

AUDIT = web.AppKey("audit", AuditService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[AUDIT] = AuditService(AuditRepository(deps.pool), deps.clock, deps.random)


async def list_audit_entries(request: web.Request, query: AuditQuery) -> AuditPage:
    """List the audit log.

    Newest first, in pages.
    """
    return await request.app[AUDIT].page(query)


async def record_event(request: web.Request, event: AuditEvent) -> None:
    await request.app[AUDIT].record(event)


ENDPOINTS = (
    Endpoint(
        "GET", "/api/v1/audit", list_audit_entries, Access.ADMIN, tag=Tag.OPERATIONS, operation_id="listAuditEvents"
    ),
)
