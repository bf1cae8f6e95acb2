"""What a request says, as models: the query string and the JSON body, with every wrong field named."""

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
    WrongField,
    wrong_field,
)

_CHUNK = 64 * 1024
_BODY = web.RequestKey("body", bytes)

Model = TypeVar("Model", bound=BaseModel)


def parse_query(model: type[Model], request: web.Request) -> Model:
    """A field that is a tuple takes its parameter as often as it comes; any other takes it once.

    Raises ``InvalidQueryError`` that names each wrong parameter.
    """
    many = {field.alias or name for name, field in model.model_fields.items() if _takes_many(field.annotation)}
    given: dict[str, Any] = {}
    for name in request.query:
        values = request.query.getall(name)
        if name not in many and len(values) > 1:
            raise _wrong_parameter(name, "may be given once")
        if any("\0" in value for value in values):
            raise _wrong_parameter(name, "may not hold a null character")
        given[name] = values if name in many else values[0]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _explained(InvalidQueryError, error) from None


def check_path(request: web.Request) -> None:
    """Raises ``HTTPNotFound`` for a path with a null character, which no name in the store can hold."""
    if any("\0" in part for part in request.match_info.values()):
        raise web.HTTPNotFound


def check_media_type(request: web.Request) -> None:
    """Raises ``MediaTypeError`` for a body that says to be something else than JSON.

    A body that says nothing is taken for JSON, for simple clients.
    """
    if "Content-Type" not in request.headers or not request.body_exists:
        return
    kind = request.content_type
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise MediaTypeError("send the body with Content-Type: application/json")


def parse_body(model: type[Model], body: bytes) -> Model:
    """Raises ``MalformedBodyError`` or ``InvalidBodyError`` that names each wrong field."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        if error.errors(include_input=False)[0]["type"] == "json_invalid":
            raise MalformedBodyError("the body must be JSON") from None
        raise _explained(InvalidBodyError, error) from None


async def read_body(request: web.Request, limit: int) -> bytes:
    """The body, also for whoever reads it after others.

    Raises ``BodyTooLargeError`` for more than ``limit`` bytes, or ``MalformedBodyError`` where it ends early.
    """
    body = bytearray(request.get(_BODY, b""))
    if _BODY not in request:
        try:
            async for chunk in request.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > limit:
                    break
        except (web.RequestPayloadError, ConnectionError):  # the second: whoever sends it has gone
            raise MalformedBodyError("the body ended early or is not as its headers say") from None
    if len(body) > limit:
        raise BodyTooLargeError(f"the body may have {limit:,} bytes")
    request[_BODY] = bytes(body)
    return request[_BODY]


def wrong_fields(error: ValidationError) -> list[WrongField]:
    """What a model refused, without the values."""
    # A field that is named after a Python keyword has an underscore that callers do not know.
    return [
        WrongField(".".join(map(str, found["loc"])).removesuffix("_"), found["msg"].removeprefix("Value error, "))
        for found in error.errors(include_input=False, include_url=False)
    ]


def is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint)


def without_none(hint: Any) -> Any:
    """The type itself, of a hint that may be optional."""
    return next(kind for kind in get_args(hint) if kind is not type(None)) if is_optional(hint) else hint


def _wrong_parameter(name: str, detail: str) -> InvalidQueryError:
    detail, wrong = wrong_field(name, detail)
    return InvalidQueryError(detail, wrong=wrong)


def _takes_many(annotation: Any) -> bool:
    kind = without_none(annotation)
    return get_origin(kind) in (tuple, list) or kind in (tuple, list)


def _explained(kind: type[ApiError], error: ValidationError) -> ApiError:
    wrong = wrong_fields(error)
    return kind("; ".join(f"{field}: {detail}" if field else detail for field, detail in wrong), wrong=wrong)
