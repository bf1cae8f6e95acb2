import re

from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.accounts.auth.routes import CLIENTS
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint, RequestHooks, endpoint_routes
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.pages.routes import dashboard_page
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.keys.errors import TooManySiteKeysError
from services.api.sites.keys.routes import SITE_KEYS
from services.api.sites.pairing.models import NewPairing, Pairing
from services.api.sites.pairing.service import PairingService

PAIRING = web.AppKey("pairing", PairingService)

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d+)?")
_PATH = "/pair/{name}"
_SVG = "image/svg+xml"


def setup(app: web.Application, deps: Dependencies) -> None:
    app[PAIRING] = PairingService(app[SITE_KEYS], deps.random)


async def make_pairing(request: web.Request, caller: Caller, body: NewPairing | None) -> Pairing:
    """Create a QR code that pairs a device with a site.

    By default it contains a one-time code, with which the device registers a key that never leaves it. `kind=key`
    creates a private key for clients that expect one in the QR code; it is not stored.
    """
    name = request.match_info["name"]
    return await request.app[PAIRING].make(caller, name, _base_url(request), body or NewPairing())


async def show_pairing(request: web.Request, caller: Caller) -> web.Response:
    """A QR code with a one-time code: as an image for those who accept only that, else as JSON."""
    pairing = await request.app[PAIRING].make(caller, request.match_info["name"], _base_url(request), NewPairing())
    request[SUBJECT] = request.match_info["name"]
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}
    if _SVG in request.headers.get("Accept", ""):
        return web.Response(text=pairing.qr_svg, content_type=_SVG, headers=headers)
    return web.Response(text=pairing.model_dump_json(), content_type="application/json", headers=headers)


def page_routes(guards: RequestHooks) -> list[web.RouteDef]:
    """``/pair/{site}``: a page of the dashboard, which knows who is logged in; a QR code for programs, which say so."""
    described = Endpoint(
        "GET", _PATH, show_pairing, tag=Tag.SITE_KEYS, operation_id="showPairing", audit="site-key.invite"
    )
    (route,) = endpoint_routes((described,), guards)

    async def show(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await (
            route.handler(request) if "Authorization" in request.headers else dashboard_page(request)
        )
        return response

    return [web.get(_PATH, show)]


def _base_url(request: web.Request) -> str:
    """Where whoever asks has found the API."""
    scheme = "https" if request.app[CLIENTS].is_https(request) else "http"
    return f"{scheme}://{request.host if _HOST.fullmatch(request.host) else 'localhost'}"


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/pairings",
        make_pairing,
        tag=Tag.SITE_KEYS,
        operation_id="createPairing",
        status=201,
        audit="site-key.invite",
        raises=(SiteNotFoundError, TooManySiteKeysError),
    ),
)
