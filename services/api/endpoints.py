"""An endpoint: a handler whose own type hints say what it takes and answers.

A handler takes the request and, by name, what it asks for: ``caller`` (who calls), ``query`` (a model of the query
string), ``body`` (a model of the JSON body). It returns a model. Everything about HTTP that is the same everywhere
happens here, once.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ValidationError

from services.api.auth.errors import ForbiddenError
from services.api.auth.models import Caller
from services.api.errors import (
    ApiError,
    BodyTooLargeError,
    InvalidBodyError,
    InvalidQueryError,
    MalformedBodyError,
    WrongField,
)

SMALL_BODY = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)

Authenticate = Callable[[web.Request], Awaitable[Caller]]
"""Says who calls, or raises ``UnauthenticatedError``."""


class Access(StrEnum):
    PUBLIC = "public"
    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    handler: Callable[..., Awaitable[BaseModel]]
    access: Access = Access.USER
    status: int = 200
    max_body: int = SMALL_BODY
    """Bytes."""


def endpoint_routes(endpoints: Iterable[Endpoint], authenticate: Authenticate) -> list[web.RouteDef]:
    return [
        web.route(endpoint.method, endpoint.path, _handler_of(endpoint, authenticate), allow_head=False)
        if endpoint.method == "GET"
        else web.route(endpoint.method, endpoint.path, _handler_of(endpoint, authenticate))
        for endpoint in endpoints
    ]


def _handler_of(endpoint: Endpoint, authenticate: Authenticate) -> Callable[[web.Request], Awaitable[web.Response]]:
    hints = get_type_hints(endpoint.handler)
    query, body = hints.get("query"), hints.get("body")

    async def handle(request: web.Request) -> web.Response:
        given: dict[str, Any] = {}
        if endpoint.access is not Access.PUBLIC:
            caller = await authenticate(request)
            if endpoint.access is Access.ADMIN and not caller.is_admin:
                raise ForbiddenError("this needs an administrator")
            if "caller" in hints:
                given["caller"] = caller
        if query:
            given["query"] = parse_query(query, request)
        if body:
            given["body"] = parse_body(body, await _read(request, endpoint.max_body))
        answer = await endpoint.handler(request, **given)
        return web.Response(
            body=answer.model_dump_json().encode(),
            status=endpoint.status,
            content_type="application/json",
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        )

    return handle


def parse_query(model: type[Model], request: web.Request) -> Model:
    """Raises ``InvalidQueryError`` that names each wrong parameter."""
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as error:
        raise _explained(InvalidQueryError, error) from None


def parse_body(model: type[Model], body: bytes) -> Model:
    """Raises ``MalformedBodyError`` or ``InvalidBodyError`` that names each wrong field."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] == "json_invalid":
            raise MalformedBodyError("the body must be JSON") from None
        raise _explained(InvalidBodyError, error) from None


def wrong_fields(error: ValidationError) -> list[WrongField]:
    """What a model refused, without the values."""
    # A field that is named after a Python keyword has an underscore that callers do not know.
    return [
        WrongField(".".join(map(str, found["loc"])).removesuffix("_"), found["msg"].removeprefix("Value error, "))
        for found in error.errors(include_input=False, include_url=False)
    ]


def _explained(kind: type[ApiError], error: ValidationError) -> ApiError:
    wrong = wrong_fields(error)
    return kind("; ".join(f"{field}: {detail}" if field else detail for field, detail in wrong), wrong=wrong)


async def _read(request: web.Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_chunked(SMALL_BODY):
        body += chunk
        if len(body) > limit:
            raise BodyTooLargeError(f"the body may have {limit:,} bytes")
    return bytes(body)
