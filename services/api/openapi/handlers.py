"""What a handler speaks, read from its type hints."""

import inspect
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from aiohttp import web
from pydantic import BaseModel

from services.api.endpoints import Endpoint, Reply
from services.api.http.parsing import is_optional, without_none

Model = type[BaseModel]


@dataclass(frozen=True, slots=True)
class Types:
    query: Model | None
    body: Model | None
    body_required: bool
    answer: Model | None
    """None: no body, or one of the handler's own making."""
    is_response: bool
    """Whether the handler makes the whole response."""


def types_of(endpoint: Endpoint) -> Types:
    hints = get_type_hints(endpoint.handler)
    body, answer = hints.get("body"), hints["return"]
    if get_origin(answer) is Reply:
        (answer,) = get_args(answer)
    answer = without_none(answer)
    return Types(
        query=hints.get("query"),
        body=without_none(body),
        body_required=not is_optional(body),
        answer=answer if _is_a(answer, BaseModel) else None,
        is_response=_is_a(answer, web.StreamResponse),
    )


def _is_a(hint: Any, kind: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, kind)


def summary_of(endpoint: Endpoint) -> tuple[str, str]:
    """The first line of the handler's docstring, and the rest of it."""
    first, _, rest = (inspect.getdoc(endpoint.handler) or "").partition("\n")
    return first.rstrip("."), rest.strip()
