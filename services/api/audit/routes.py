from aiohttp import web

from services.api.audit.entries import Deed
from services.api.audit.models import AuditPage, AuditQuery
from services.api.audit.service import AuditService
from services.api.endpoints import Access, Endpoint

AUDIT = web.AppKey("audit", AuditService)


async def read_audit_log(request: web.Request, query: AuditQuery) -> AuditPage:
    """Read the audit log.

    Who did what, and when: the newest first, in pages.
    """
    return await request.app[AUDIT].page(query)


async def record(request: web.Request, deed: Deed) -> None:
    await request.app[AUDIT].record(deed)


ENDPOINTS = (Endpoint("GET", "/api/v1/audit", read_audit_log, Access.ADMIN),)
