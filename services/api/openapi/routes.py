from functools import cache
from typing import Any

from aiohttp import web
from pydantic import RootModel

from common.version import VERSION
from services.api.endpoints import Access, Endpoint
from services.api.openapi.document import describe


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


DOCUMENT = web.AppKey("openapi_document", Document)


async def get_document(request: web.Request) -> Document:
    """This description, for programs."""
    return request.app[DOCUMENT]


@cache
def document_of(endpoints: tuple[Endpoint, ...]) -> Document:
    """The same for all apps of a process, for it takes longer to put together than all else an app begins with."""
    return Document(describe(endpoints, VERSION))


ENDPOINTS = (Endpoint("GET", "/api/v1/openapi.json", get_document, Access.PUBLIC),)
