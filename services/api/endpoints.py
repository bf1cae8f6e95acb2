"""Endpoints: handlers whose type hints declare what they accept and return.

A handler takes the request and, by name, what it needs: ``caller`` (the authenticated user), ``viewer`` (who reads
reports), ``query`` (a model of the query string), ``body`` (a model of the JSON body, or None where the body is
optional). It returns a model, a ``Reply``, None (204), or a response of its own. Everything about HTTP that all
endpoints share happens here.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel

from services.api import row_security
from services.api.accounts.auth.models import Caller, ForbiddenError, InsufficientScopeError, Scope, Viewer
from services.api.http.errors import ApiError
from services.api.http.middleware import REQUEST_ID
from services.api.http.parsing import (
    check_media_type,
    check_path,
    is_optional,
    parse_body,
    parse_query,
    read_body,
    without_none,
)
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import ACTOR, SUBJECT, AuditEvent

SMALL_BODY = 64 * 1024

Body = TypeVar("Body", bound=BaseModel | None)


class Access(StrEnum):
    PUBLIC = "public"
    """No authentication."""
    VIEWER = "viewer"
    """Anonymous clients, share links, signatures and users. The handler checks what they can see."""
    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that scripts cannot read and that only pages of this site send."""

    name: str
    value: str
    path: str
    max_age: int
    """Seconds; 0 deletes the cookie."""
    secure: bool = True


@dataclass(frozen=True, slots=True)
class Reply(Generic[Body]):
    """A model, or None, with cookies and headers."""

    model: Body
    cookies: tuple[Cookie, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    """The entity tag, which changes with the model: a client that has it already gets 304 and no body."""
    csv: str | None = None
    """CSV text, instead of the model."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    handler: Callable[..., Awaitable[BaseModel | Reply[Any] | web.StreamResponse | None]]
    access: Access = Access.USER
    tag: Tag = field(kw_only=True)
    """The group of the endpoint in the OpenAPI document."""
    operation_id: str = field(kw_only=True)
    """The name of the endpoint in generated clients, e.g. ``listSites``; it never changes."""
    status: int = 200
    """Status of a response that is a model."""
    max_body: int = SMALL_BODY
    """Bytes."""
    scope: Scope | None = None
    """The scope that an API key needs; without one, only keys with the scope admin are accepted."""
    any_key: bool = False
    """Whether every API key is accepted, whatever its scopes."""
    audit: str | None = None
    """The action in the audit log, e.g. ``site.create``; failed requests are not logged there."""
    raises: tuple[type[ApiError], ...] = ()
    """Errors of the handler, for the OpenAPI document; those raised before it are added there."""
    takes_file: bool = False
    """Whether the body is a file, which the handler reads as a stream."""
    media_types: tuple[str, ...] = ()
    """Media types of responses other than the model."""


@dataclass(frozen=True, slots=True)
class RequestHooks:
    """What runs before and after every handler."""

    authenticate: Callable[[web.Request], Awaitable[Caller]]
    """Returns the caller, or raises ``UnauthenticatedError``."""
    identify_viewer: Callable[[web.Request], Awaitable[Viewer]]
    """Returns the viewer, or raises ``UnauthenticatedError`` for an invalid token."""
    record_event: Callable[[web.Request, AuditEvent], Awaitable[None]]
    """Adds an event to the audit log."""


def endpoint_routes(endpoints: Iterable[Endpoint], hooks: RequestHooks) -> list[web.RouteDef]:
    return [
        web.route(endpoint.method, endpoint.path, _handler_of(endpoint, hooks), allow_head=False)
        if endpoint.method == "GET"
        else web.route(endpoint.method, endpoint.path, _handler_of(endpoint, hooks))
        for endpoint in endpoints
    ]


def _handler_of(endpoint: Endpoint, hooks: RequestHooks) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    hints = get_type_hints(endpoint.handler)
    query, body = hints.get("query"), hints.get("body")
    body_model, body_optional = without_none(body), is_optional(body)

    async def handle(request: web.Request) -> web.StreamResponse:
        row_security.forbid_all_sites()
        identities = await _authorize(endpoint, hooks, request)
        arguments: dict[str, Any] = {name: identities[name] for name in identities if name in hints}
        check_path(request)
        if query:
            arguments["query"] = parse_query(query, request)
        if body:
            check_media_type(request)
            text = await read_body(request, endpoint.max_body)
            arguments["body"] = None if body_optional and not text else parse_body(body_model, text)
        result = await endpoint.handler(request, **arguments)
        actor = request.get(ACTOR, identities.get("caller"))
        # Anonymous requests change nothing, and must not be able to fill the log.
        if endpoint.audit and actor:
            await hooks.record_event(request, _audit_event(endpoint.audit, request, actor, arguments.get("body")))
        return _response(request, result, endpoint.status)

    return handle


async def _authorize(endpoint: Endpoint, hooks: RequestHooks, request: web.Request) -> dict[str, Any]:
    """Return the caller or viewer, by the name of its argument.

    Raises ``UnauthenticatedError``, ``ForbiddenError`` or ``InsufficientScopeError``.
    """
    if endpoint.access is Access.PUBLIC:
        return {}
    if endpoint.access is Access.VIEWER:
        viewer = await hooks.identify_viewer(request)
        if viewer.caller is not None:
            check_scope(viewer.caller, endpoint)
        return {"viewer": viewer}
    caller = await hooks.authenticate(request)
    check_scope(caller, endpoint)
    if endpoint.access is Access.ADMIN and not caller.is_admin:
        raise ForbiddenError("this requires an administrator")
    return {"caller": caller}


def check_scope(caller: Caller, endpoint: Endpoint) -> None:
    """Raises ``InsufficientScopeError`` for an API key that lacks the scope.

    A key for one site is accepted only by endpoints with a scope, since only these check the site.
    """
    if caller.scopes is None or endpoint.any_key:
        return
    scope = endpoint.scope
    if scope is None and caller.site_id is not None:
        raise InsufficientScopeError("this API key is for one site only")
    if Scope.ADMIN not in caller.scopes and scope not in caller.scopes:
        raise InsufficientScopeError(f"this requires an API key with the scope {scope or Scope.ADMIN}")


def _audit_event(action: str, request: web.Request, actor: Caller, body: BaseModel | None) -> AuditEvent:
    return AuditEvent(
        actor=actor,
        action=action,
        subject=request.get(SUBJECT) or "/".join(request.match_info.values()),
        fields=tuple(sorted(body.model_fields_set)) if body else (),
        request_id=request[REQUEST_ID],
    )


def _response(
    request: web.Request, result: BaseModel | Reply[Any] | web.StreamResponse | None, status: int
) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    reply = result if isinstance(result, Reply) else Reply(result)
    headers = {"Cache-Control": "no-store", **reply.headers}
    if reply.etag is not None:
        headers |= {"Cache-Control": "private, no-cache", "ETag": f'"{reply.etag}"', "Vary": "Authorization, Cookie"}
    if reply.etag is not None and _matches(request, reply.etag):
        response = web.Response(status=304, headers=headers)
    elif reply.csv is not None:
        response = web.Response(text=reply.csv, status=status, content_type="text/csv", headers=headers)
    elif reply.model is None:
        response = web.Response(status=204, headers=headers)
    else:
        text = reply.model.model_dump_json()
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


def _matches(request: web.Request, etag: str) -> bool:
    # A proxy that compresses responses makes the entity tag a weak one.
    return any(known.value in (etag, "*") for known in request.if_none_match or ())
