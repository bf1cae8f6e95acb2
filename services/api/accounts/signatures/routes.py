"""Identifies who reads reports: by an access token, a share link, a signature, or anonymously."""

from aiohttp import web

from services.api.accounts.auth.models import Viewer
from services.api.accounts.auth.routes import CLIENTS
from services.api.accounts.signatures import legacy, rfc9421
from services.api.accounts.signatures.models import InvalidSignatureError
from services.api.accounts.signatures.rfc9421 import SignedRequest
from services.api.accounts.signatures.service import NonceStore, SignatureService, Signer, SigningKeyRepository
from services.api.dependencies import Dependencies
from services.api.http.errors import BodyTooLargeError
from services.api.http.parsing import read_body
from services.api.sites.shares.routes import identify_by_token

SIGNATURES = web.AppKey("signed", SignatureService)
DEFAULT_SITE = "default"
"""The site of a request that names no site, for clients of the older API."""
_HEADERS = (rfc9421.INPUT, rfc9421.SIGNATURE, legacy.SIGNATURE, legacy.TIMESTAMP)
_MAX_BODY = 64 * 1024


def setup(app: web.Application, deps: Dependencies) -> None:
    app[SIGNATURES] = SignatureService(SigningKeyRepository(deps.pool), NonceStore(deps.redis), deps.clock)


async def identify_viewer(request: web.Request) -> Viewer:
    """Return the viewer by token, else by signature, else anonymous. Raises ``UnauthenticatedError``."""
    if "Authorization" in request.headers or not is_signed(request):
        return await identify_by_token(request)
    return Viewer(shared_site_id=(await verify_signature(request, site_name_of(request))).site.id)


def is_signed(request: web.Request) -> bool:
    return any(name in request.headers for name in _HEADERS)


def site_name_of(request: web.Request) -> str:
    """Return the site of a request: from its path, or from its query if the path has none."""
    return request.match_info.get("name") or request.query.get("site_id") or DEFAULT_SITE


async def verify_signature(request: web.Request, site_name: str) -> Signer:
    """Return who signed the request. Raises ``InvalidSignatureError``."""
    try:
        body = await read_body(request, _MAX_BODY)
    except BodyTooLargeError:
        raise InvalidSignatureError("the body is too large") from None
    return await request.app[SIGNATURES].verify(_signed_request(request), body, site_name)


def _signed_request(request: web.Request) -> SignedRequest:
    # Exactly as sent: a different spelling of the same path is a different text to sign.
    if not request.raw_path.startswith("/"):
        raise InvalidSignatureError("the request target is not a path")
    scheme = "https" if request.app[CLIENTS].is_https(request) else "http"
    return SignedRequest(request.method, f"{scheme}://{request.host}{request.raw_path}", request.headers)
