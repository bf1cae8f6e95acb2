from typing import Any

from aiohttp import web

from services.api.auth.models import Caller
from services.api.endpoints import Access, Endpoint
from services.api.errors import ApiError
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.models import Site
from services.api.sites.routes import SITES
from services.api.visitors.errors import VisitNotFoundError, VisitorNotFoundError
from services.api.visitors.models import (
    ErasureAnswer,
    Lookup,
    LookupAnswer,
    Note,
    NoteView,
    PageQuery,
    VisitEvents,
    VisitorPage,
    VisitorView,
    VisitPage,
    VisitsQuery,
)
from services.api.visitors.service import VisitorService

VISITORS = web.AppKey("visitors", VisitorService)


async def list_visitors(request: web.Request, caller: Caller, query: VisitsQuery) -> VisitorPage:
    """List a site's visitors

    Those with a visit that is asked for, by the latest such visit, newest first.
    """
    return await request.app[VISITORS].visitors(await _site(request, caller), query)


async def list_visits(request: web.Request, caller: Caller, query: VisitsQuery) -> VisitPage:
    """List a site's visits

    Newest first.
    """
    return await request.app[VISITORS].visits(await _site(request, caller), query)


async def get_visitor(request: web.Request, caller: Caller, query: PageQuery) -> VisitorView:
    """Show a visitor with their visits"""
    return await request.app[VISITORS].visitor(await _site(request, caller), request.match_info["id"], query)


async def list_events(request: web.Request, caller: Caller) -> VisitEvents:
    """List what happened in a visit

    The visit is named by when it began, as other answers write it.
    """
    info = request.match_info
    return await request.app[VISITORS].events(await _site(request, caller), info["id"], info["started_at"])


async def put_note(request: web.Request, caller: Caller, body: Note) -> NoteView:
    """Write a note about a visitor

    It replaces the one before; an empty one removes it.
    """
    return await request.app[VISITORS].write_note(await _site(request, caller), request.match_info["id"], body)


async def erase_visitor(request: web.Request, caller: Caller) -> ErasureAnswer:
    """Erase a visitor

    Everything that is stored of the visitor, and everything that is still on its way. It may be asked for again, and
    for a visitor of whom nothing is stored yet.
    """
    return await request.app[VISITORS].erase(await _site(request, caller), request.match_info["id"])


async def look_up(request: web.Request, caller: Caller, body: Lookup) -> LookupAnswer:
    """Find a visitor by their own cookie

    For requests of access and of erasure.
    """
    return await request.app[VISITORS].look_up(await _site(request, caller), body.cookie)


async def _site(request: web.Request, caller: Caller) -> Site:
    return await request.app[SITES].get(caller, request.match_info["name"])


def _endpoint(
    method: str, path: str, handler: Any, *, audit: str | None = None, raises: tuple[type[ApiError], ...] = ()
) -> Endpoint:
    return Endpoint(
        method,
        f"/api/v1/sites/{{name}}/{path}",
        handler,
        Access.ADMIN,
        audit=audit,
        raises=(SiteNotFoundError, *raises),
    )


ENDPOINTS = (
    _endpoint("GET", "visits", list_visits),
    _endpoint("GET", "visitors", list_visitors),
    _endpoint("POST", "visitors/lookup", look_up, audit="visitor.lookup"),
    _endpoint("GET", "visitors/{id}", get_visitor, raises=(VisitorNotFoundError,)),
    _endpoint("DELETE", "visitors/{id}", erase_visitor, audit="visitor.erase", raises=(VisitorNotFoundError,)),
    _endpoint("PUT", "visitors/{id}/note", put_note, audit="visitor.note", raises=(VisitorNotFoundError,)),
    _endpoint(
        "GET",
        "visitors/{id}/visits/{started_at}/events",
        list_events,
        raises=(VisitorNotFoundError, VisitNotFoundError),
    ),
)
