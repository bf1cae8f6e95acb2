"""Headers of every answer. Pages that need to be allowed more bring their own."""

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from services.api.http.request_ids import HEADER, REQUEST_ID

SECURITY: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    }
)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """There is none of CORS among them: other origins' scripts read nothing here."""
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    request_id = request.get(REQUEST_ID)
    if request_id:
        response.headers[HEADER] = request_id
