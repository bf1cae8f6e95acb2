from functools import cache
from typing import Any

from aiohttp import web
from pydantic import RootModel

from common.version import VERSION
from services.api.endpoints import Access, Endpoint
from services.api.openapi.document import describe
from services.api.openapi.tags import Tag


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


DOCUMENT = web.AppKey("openapi_document", Document)


async def get_document(request: web.Request) -> Document:
    """Get this OpenAPI document."""
    return request.app[DOCUMENT]


@cache
def document_of(endpoints: tuple[Endpoint, ...]) -> Document:
    """Return the document. It is built once in a process: that takes longer than the rest of the start."""
    return Document(describe(endpoints, VERSION))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/openapi.json",
        get_document,
        Access.PUBLIC,
        tag=Tag.DESCRIPTION,
        operation_id="getOpenApiDocument",
    ),
)
