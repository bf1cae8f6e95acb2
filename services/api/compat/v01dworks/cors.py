"""Which pages of other origins may read the answers: they are made for being shown on a site's own pages."""

from aiohttp import web

from services.api.accounts.auth.models import Viewer
from services.api.sites.models import Site

PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Signature, Signature-Input, X-Signature, X-Timestamp",
    "Access-Control-Max-Age": "86400",
}
"""Says nothing of any site: whether the answer itself may be read is told with it."""


async def preflight(_request: web.Request) -> web.Response:
    return web.Response(status=204, headers=PREFLIGHT)


def may_read(origin: str, viewer: Viewer, site: Site | None) -> bool:
    """Whether a script of a page of ``origin`` may.

    Whoever sends a key or a token has it from its owner, as browsers add none by themselves. Else a page of the
    site may, whose numbers anybody may see.
    """
    if viewer.caller is not None or viewer.shared_site_id is not None:
        return True
    return site is not None and (not site.origins or origin in site.origins)


def headers(request: web.Request, viewer: Viewer, site: Site | None = None) -> dict[str, str]:
    origin = request.headers.get("Origin", "")
    if not origin or not may_read(origin, viewer, site):
        return {"Vary": "Origin"}
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin}
