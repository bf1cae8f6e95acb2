from typing import Any

from aiohttp import web

from common.salts import SaltStore
from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.http.errors import ApiError
from services.api.openapi.tags import Tag
from services.api.sites.models import Site, SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.visitors.erasure import VisitorEraser
from services.api.visitors.models import (
    CursorPageQuery,
    ErasureResult,
    NewVisitorNote,
    VisitEvents,
    VisitNotFoundError,
    VisitorLookup,
    VisitorLookupResult,
    VisitorNote,
    VisitorNotFoundError,
    VisitorPage,
    VisitorView,
    VisitPage,
    VisitsQuery,
)
from services.api.visitors.service import VisitorRepository, VisitorService

VISITORS = web.AppKey("visitors", VisitorService)


def setup(app: web.Application, deps: Dependencies) -> None:
    visitors = VisitorRepository(deps.pool, deps.shards)
    salts = SaltStore(deps.redis)
    app[VISITORS] = VisitorService(visitors, VisitorEraser(deps.pool), salts, deps.shards, deps.clock)


async def list_visitors(request: web.Request, caller: Caller, query: VisitsQuery) -> VisitorPage:
    """List the visitors of a site.

    Visitors with at least one matching visit, by their latest matching visit, newest first.
    """
    return await request.app[VISITORS].visitors(await _site(request, caller), query)


async def list_visits(request: web.Request, caller: Caller, query: VisitsQuery) -> VisitPage:
    """List the visits of a site.

    Newest first.
    """
    return await request.app[VISITORS].visits(await _site(request, caller), query)


async def get_visitor(request: web.Request, caller: Caller, query: CursorPageQuery) -> VisitorView:
    """Get a visitor and their visits."""
    return await request.app[VISITORS].visitor(await _site(request, caller), request.match_info["id"], query)


async def list_events(request: web.Request, caller: Caller) -> VisitEvents:
    """List the events of a visit.

    The visit is identified by the time at which it started, as other responses give it.
    """
    info = request.match_info
    return await request.app[VISITORS].events(await _site(request, caller), info["id"], info["started_at"])


async def put_note(request: web.Request, caller: Caller, body: NewVisitorNote) -> VisitorNote:
    """Set the note on a visitor.

    It replaces the previous note; an empty note removes it.
    """
    return await request.app[VISITORS].write_note(await _site(request, caller), request.match_info["id"], body)


async def erase_visitor(request: web.Request, caller: Caller) -> ErasureResult:
    """Erase a visitor.

    Deletes everything stored about the visitor, and everything still in the queue. It can be repeated, and works even
    if nothing is stored about the visitor yet.
    """
    return await request.app[VISITORS].erase(await _site(request, caller), request.match_info["id"])


async def look_up(request: web.Request, caller: Caller, body: VisitorLookup) -> VisitorLookupResult:
    """Find a visitor by their cookie.

    For requests for access and erasure.
    """
    return await request.app[VISITORS].look_up(await _site(request, caller), body.cookie)


async def _site(request: web.Request, caller: Caller) -> Site:
    return await request.app[SITES].get(caller, request.match_info["name"])


def _endpoint(
    method: str,
    path: str,
    handler: Any,
    *,
    operation_id: str,
    audit: str | None = None,
    raises: tuple[type[ApiError], ...] = (),
) -> Endpoint:
    return Endpoint(
        method,
        f"/api/v1/sites/{{name}}/{path}",
        handler,
        Access.ADMIN,
        tag=Tag.VISITORS,
        operation_id=operation_id,
        audit=audit,
        raises=(SiteNotFoundError, *raises),
    )


ENDPOINTS = (
    _endpoint("GET", "visits", list_visits, operation_id="listVisits"),
    _endpoint("GET", "visitors", list_visitors, operation_id="listVisitors"),
    _endpoint("POST", "visitors/lookup", look_up, operation_id="lookUpVisitor", audit="visitor.lookup"),
    _endpoint("GET", "visitors/{id}", get_visitor, operation_id="getVisitor", raises=(VisitorNotFoundError,)),
    _endpoint(
        "DELETE",
        "visitors/{id}",
        erase_visitor,
        operation_id="eraseVisitor",
        audit="visitor.erase",
        raises=(VisitorNotFoundError,),
    ),
    _endpoint(
        "PUT",
        "visitors/{id}/note",
        put_note,
        operation_id="setVisitorNote",
        audit="visitor.note",
        raises=(VisitorNotFoundError,),
    ),
    _endpoint(
        "GET",
        "visitors/{id}/visits/{started_at}/events",
        list_events,
        operation_id="listVisitEvents",
        raises=(VisitorNotFoundError, VisitNotFoundError),
    ),
)
