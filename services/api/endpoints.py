"""An endpoint: a handler whose own type hints say what it takes and answers.

A handler takes the request and, by name, what it asks for: ``caller`` (who calls), ``viewer`` (who looks), ``query``
(a model of the query string), ``body`` (a model of the JSON body, or None where the body may be left out). It returns
a model, a ``Reply`` that has more than a model, None (204), or a response of its own. Everything about HTTP that is
the same everywhere happens here, once.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel

from services.api import row_security as scope
from services.api.accounts.auth.errors import ForbiddenError, InsufficientScopeError
from services.api.accounts.auth.models import Caller, Scope
from services.api.accounts.viewer import Viewer
from services.api.http.errors import ApiError
from services.api.http.parsing import (
    check_media_type,
    check_path,
    is_optional,
    parse_body,
    parse_query,
    read_body,
    without_none,
)
from services.api.http.request_ids import REQUEST_ID
from services.api.openapi.tags import Tag
from services.api.operations.audit.entries import ACTOR, SUBJECT, Deed

SMALL_BODY = 64 * 1024

Answer = TypeVar("Answer", bound=BaseModel | None)


class Access(StrEnum):
    PUBLIC = "public"
    """Anybody; who calls is not looked at."""
    VIEWER = "viewer"
    """Anybody may try: public sites, a share link, a user. What they see is the handler's to find."""
    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Cookie:
    """Out of reach of scripts, and sent only by our own pages."""

    name: str
    value: str
    path: str
    max_age: int
    """Seconds; 0 makes the browser forget it."""
    secure: bool = True


@dataclass(frozen=True, slots=True)
class Reply(Generic[Answer]):
    """A model, or None, and what goes with it."""

    answer: Answer
    cookies: tuple[Cookie, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    tag: str | None = None
    """Changes whenever the answer does: whoever has this one already is told so, and sent nothing."""
    table: str | None = None
    """CSV, instead of the model."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    handler: Callable[..., Awaitable[BaseModel | Reply[Any] | web.StreamResponse | None]]
    access: Access = Access.USER
    tag: Tag = field(kw_only=True)
    """The group of the endpoint in the API's description."""
    operation_id: str = field(kw_only=True)
    """The name of the endpoint in generated clients, e.g. ``listSites``; it never changes."""
    status: int = 200
    """Of an answer that is a model."""
    max_body: int = SMALL_BODY
    """Bytes."""
    scope: Scope | None = None
    """What an API key needs; without it only keys that may everything are let in."""
    any_key: bool = False
    """Every API key is let in, whatever its scopes."""
    audit: str | None = None
    """What the audit log calls it, e.g. ``site.create``; nothing is written for refusals."""
    raises: tuple[type[ApiError], ...] = ()
    """What the handler refuses with, for the description; what happens here, before it, is known anyway."""
    takes_file: bool = False
    """The handler reads the body itself: a file, as it comes."""
    gives: tuple[str, ...] = ()
    """Media types of a response that the handler makes itself, or may give instead of the model."""


@dataclass(frozen=True, slots=True)
class Guards:
    """What stands before and after every handler."""

    authenticate: Callable[[web.Request], Awaitable[Caller]]
    """Says who calls, or raises ``UnauthenticatedError``."""
    identify: Callable[[web.Request], Awaitable[Viewer]]
    """Says who looks, or raises ``UnauthenticatedError`` for a token that does not count."""
    record: Callable[[web.Request, Deed], Awaitable[None]]
    """Writes to the audit log."""


def endpoint_routes(endpoints: Iterable[Endpoint], guards: Guards) -> list[web.RouteDef]:
    return [
        web.route(endpoint.method, endpoint.path, _handler_of(endpoint, guards), allow_head=False)
        if endpoint.method == "GET"
        else web.route(endpoint.method, endpoint.path, _handler_of(endpoint, guards))
        for endpoint in endpoints
    ]


def _handler_of(endpoint: Endpoint, guards: Guards) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    hints = get_type_hints(endpoint.handler)
    query, body = hints.get("query"), hints.get("body")
    body_model, body_optional = without_none(body), is_optional(body)

    async def handle(request: web.Request) -> web.StreamResponse:
        scope.close_all()
        people = await _people(endpoint, guards, request)
        given: dict[str, Any] = {name: people[name] for name in people if name in hints}
        check_path(request)
        if query:
            given["query"] = parse_query(query, request)
        if body:
            check_media_type(request)
            text = await read_body(request, endpoint.max_body)
            given["body"] = None if body_optional and not text else parse_body(body_model, text)
        answer = await endpoint.handler(request, **given)
        actor = request.get(ACTOR, people.get("caller"))
        # Whom nobody knows did nothing that is worth a line, and must not be able to fill the log.
        if endpoint.audit and actor:
            await guards.record(request, _deed(endpoint.audit, request, actor, given.get("body")))
        return _response(request, answer, endpoint.status)

    return handle


async def _people(endpoint: Endpoint, guards: Guards, request: web.Request) -> dict[str, Any]:
    """Who asks, if they may. Raises ``UnauthenticatedError``, ``ForbiddenError`` or ``InsufficientScopeError``."""
    if endpoint.access is Access.PUBLIC:
        return {}
    if endpoint.access is Access.VIEWER:
        viewer = await guards.identify(request)
        if viewer.caller is not None:
            check_scope(viewer.caller, endpoint)
        return {"viewer": viewer}
    caller = await guards.authenticate(request)
    check_scope(caller, endpoint)
    if endpoint.access is Access.ADMIN and not caller.is_admin:
        raise ForbiddenError("this needs an administrator")
    return {"caller": caller}


def check_scope(caller: Caller, endpoint: Endpoint) -> None:
    """Raises ``InsufficientScopeError`` for an API key that was not made for this.

    A key of one site opens only what has a scope, because only that asks which site it is about.
    """
    if caller.scopes is None or endpoint.any_key:
        return
    scope = endpoint.scope
    if scope is None and caller.site_id is not None:
        raise InsufficientScopeError("this API key is for one site only")
    if Scope.ADMIN not in caller.scopes and scope not in caller.scopes:
        raise InsufficientScopeError(f"this needs an API key with the scope {scope or Scope.ADMIN}")


def _deed(action: str, request: web.Request, actor: Caller, body: BaseModel | None) -> Deed:
    return Deed(
        actor=actor,
        action=action,
        subject=request.get(SUBJECT) or "/".join(request.match_info.values()),
        fields=tuple(sorted(body.model_fields_set)) if body else (),
        request_id=request[REQUEST_ID],
    )


def _response(
    request: web.Request, answer: BaseModel | Reply[Any] | web.StreamResponse | None, status: int
) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    reply = answer if isinstance(answer, Reply) else Reply(answer)
    headers = {"Cache-Control": "no-store", **reply.headers}
    if reply.tag is not None:
        headers |= {"Cache-Control": "private, no-cache", "ETag": f'"{reply.tag}"', "Vary": "Authorization, Cookie"}
    if reply.tag is not None and _has_it(request, reply.tag):
        response = web.Response(status=304, headers=headers)
    elif reply.table is not None:
        response = web.Response(text=reply.table, status=status, content_type="text/csv", headers=headers)
    elif reply.answer is None:
        response = web.Response(status=204, headers=headers)
    else:
        text = reply.answer.model_dump_json()
        response = web.Response(text=text, status=status, content_type="application/json", headers=headers)
    for cookie in reply.cookies:
        response.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.max_age,
            path=cookie.path,
            secure=cookie.secure,
            httponly=True,
            samesite="Strict",
        )
    return response


def _has_it(request: web.Request, tag: str) -> bool:
    # A proxy that compresses makes a tag a weak one.
    return any(known.value in (tag, "*") for known in request.if_none_match or ())
