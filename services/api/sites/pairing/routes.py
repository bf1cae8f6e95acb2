import re

from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.accounts.auth.routes import CLIENTS
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint, RequestHooks, endpoint_routes
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.pages.routes import dashboard_page
from services.api.sites.keys.models import TooManySiteKeysError
from services.api.sites.keys.routes import SITE_KEYS
from services.api.sites.models import SiteNotFoundError
from services.api.sites.pairing.models import CreatePairing, Pairing
from services.api.sites.pairing.service import PairingService

PAIRING = web.AppKey("pairing", PairingService)

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d+)?")
_PATH = "/pair/{name}"
_SVG = "image/svg+xml"


def setup(app: web.Application, deps: Dependencies) -> None:
    app[PAIRING] = PairingService(app[SITE_KEYS], deps.random)


async def create_pairing(request: web.Request, caller: Caller, body: CreatePairing | None) -> Pairing:
    """Create a QR code that pairs a device with a site.

    By default it contains a one-time code, with which the device registers a key that never leaves it. `kind=key`
    creates a private key for clients that expect one in the QR code; it is not stored.
    """
    name = request.match_info["name"]
    return await request.app[PAIRING].create(caller, name, _base_url(request), body or CreatePairing())


async def show_pairing(request: web.Request, caller: Caller) -> web.Response:
    """Return a QR code with a one-time code: as an image for clients that accept SVG, otherwise as JSON."""
    pairing = await request.app[PAIRING].create(caller, request.match_info["name"], _base_url(request), CreatePairing())
    request[SUBJECT] = request.match_info["name"]
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}
    if _SVG in request.headers.get("Accept", ""):
        return web.Response(text=pairing.qr_svg, content_type=_SVG, headers=headers)
    return web.Response(text=pairing.model_dump_json(), content_type="application/json", headers=headers)


def page_routes(hooks: RequestHooks) -> list[web.RouteDef]:
    """Return the route ``/pair/{site}``: a page of the dashboard for browsers, a QR code for authenticated clients."""
    endpoint = Endpoint(
        "GET", _PATH, show_pairing, tag=Tag.SITE_KEYS, operation_id="showPairing", audit="site-key.invite"
    )
    (route,) = endpoint_routes((endpoint,), hooks)

    async def show(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await (
            route.handler(request) if "Authorization" in request.headers else dashboard_page(request)
        )
        return response

    return [web.get(_PATH, show)]


def _base_url(request: web.Request) -> str:
    """Return the URL of the API as the client sees it."""
    scheme = "https" if request.app[CLIENTS].is_https(request) else "http"
    return f"{scheme}://{request.host if _HOST.fullmatch(request.host) else 'localhost'}"


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/pairings",
        create_pairing,
        tag=Tag.SITE_KEYS,
        operation_id="createPairing",
        status=201,
        audit="site-key.invite",
        raises=(SiteNotFoundError, TooManySiteKeysError),
    ),
)
