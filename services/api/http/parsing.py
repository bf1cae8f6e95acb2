"""Parses query strings and JSON bodies into models. Errors name each invalid field."""

from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from aiohttp import web
from pydantic import BaseModel, ValidationError

from services.api.http.errors import (
    ApiError,
    BodyTooLargeError,
    InvalidBodyError,
    InvalidQueryError,
    MalformedBodyError,
    MediaTypeError,
)
from services.api.http.field_errors import invalid_fields

_CHUNK = 64 * 1024
_BODY = web.RequestKey("body", bytes)

Model = TypeVar("Model", bound=BaseModel)


def parse_query(model: type[Model], request: web.Request) -> Model:
    """Return the query string as a model. Only a field that is a tuple can be given more than once.

    Raises ``InvalidQueryError``, which names each invalid parameter.
    """
    repeatable = {field.alias or name for name, field in model.model_fields.items() if _is_repeatable(field.annotation)}
    given: dict[str, Any] = {}
    for name in request.query:
        values = request.query.getall(name)
        if name not in repeatable and len(values) > 1:
            raise InvalidQueryError.for_field(name, "can be given only once")
        if any("\0" in value for value in values):
            raise InvalidQueryError.for_field(name, "must not contain a null character")
        given[name] = values if name in repeatable else values[0]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _error_of(InvalidQueryError, error) from None


def check_path(request: web.Request) -> None:
    """Raises ``HTTPNotFound`` for a path with a null character, which PostgreSQL cannot store in a name."""
    if any("\0" in part for part in request.match_info.values()):
        raise web.HTTPNotFound


def check_media_type(request: web.Request) -> None:
    """Raises ``MediaTypeError`` for a body whose content type is not JSON.

    A body without a content type is accepted as JSON, for simple clients.
    """
    if "Content-Type" not in request.headers or not request.body_exists:
        return
    kind = request.content_type
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise MediaTypeError("send the body with Content-Type: application/json")


def parse_body(model: type[Model], body: bytes) -> Model:
    """Return the body as a model. Raises ``MalformedBodyError``, or ``InvalidBodyError``, which names each field."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] == "json_invalid":
            raise MalformedBodyError("the body must be JSON") from None
        raise _error_of(InvalidBodyError, error) from None


async def read_body(request: web.Request, limit: int) -> bytes:
    """Return the body. It can be read more than once.

    Raises ``BodyTooLargeError`` for more than ``limit`` bytes, and ``MalformedBodyError`` for a truncated body.
    """
    body = bytearray(request.get(_BODY, b""))
    if _BODY not in request:
        try:
            async for chunk in request.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > limit:
                    break
        except (web.RequestPayloadError, ConnectionError):  # the latter: the client disconnected
            raise MalformedBodyError("the body is truncated or does not match its headers") from None
    if len(body) > limit:
        raise BodyTooLargeError(f"the body is larger than {limit:,} bytes")
    request[_BODY] = bytes(body)
    return request[_BODY]


def is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint)


def without_none(hint: Any) -> Any:
    """Return the type of a hint that may be optional."""
    return next(kind for kind in get_args(hint) if kind is not type(None)) if is_optional(hint) else hint


def _is_repeatable(annotation: Any) -> bool:
    kind = without_none(annotation)
    return get_origin(kind) in (tuple, list) or kind in (tuple, list)


def _error_of(kind: type[ApiError], error: ValidationError) -> ApiError:
    fields = invalid_fields(error)
    return kind("; ".join(f"{field}: {detail}" if field else detail for field, detail in fields), fields=fields)
