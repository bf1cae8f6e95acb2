"""What a signed request looks like, and who looks at numbers by it."""

from aiohttp import web

from services.api.accounts.auth.routes import CLIENTS
from services.api.accounts.signatures import legacy, rfc9421
from services.api.accounts.signatures.errors import SignatureRefusedError
from services.api.accounts.signatures.keys import SigningKeys
from services.api.accounts.signatures.nonces import Nonces
from services.api.accounts.signatures.rfc9421 import Message
from services.api.accounts.signatures.service import SignedAccess, Signer
from services.api.accounts.viewer import Viewer
from services.api.dependencies import Dependencies
from services.api.http.errors import BodyTooLargeError
from services.api.http.parsing import read_body
from services.api.sites.shares.routes import identify as identify_without_signature

SIGNED = web.AppKey("signed", SignedAccess)
DEFAULT_SITE = "default"
"""The site of a request that names none, for clients of the older API."""
_HEADERS = (rfc9421.INPUT, rfc9421.SIGNATURE, legacy.SIGNATURE, legacy.TIMESTAMP)
_MAX_BODY = 64 * 1024


def setup(app: web.Application, deps: Dependencies) -> None:
    app[SIGNED] = SignedAccess(SigningKeys(deps.pool), Nonces(deps.redis), deps.clock)


async def identify(request: web.Request) -> Viewer:
    """Who looks: by a token, else by a signature, else nobody in particular. Raises ``UnauthenticatedError``."""
    if "Authorization" in request.headers or not is_signed(request):
        return await identify_without_signature(request)
    return Viewer(shared_site_id=(await signer_of(request, site_named(request))).site.id)


def is_signed(request: web.Request) -> bool:
    return any(name in request.headers for name in _HEADERS)


def site_named(request: web.Request) -> str:
    """The site that a request is about: by its path, or by its query where the path has none."""
    return request.match_info.get("name") or request.query.get("site_id") or DEFAULT_SITE


async def signer_of(request: web.Request, site_name: str) -> Signer:
    """Whose key signed the request. Raises ``SignatureRefusedError``."""
    try:
        body = await read_body(request, _MAX_BODY)
    except BodyTooLargeError:
        raise SignatureRefusedError("too much to be signed") from None
    return await request.app[SIGNED].signer(_message(request), body, site_name)


def _message(request: web.Request) -> Message:
    # As they were sent: another spelling of the same path is another text to sign.
    if not request.raw_path.startswith("/"):
        raise SignatureRefusedError("not a path")
    scheme = "https" if request.app[CLIENTS].is_https(request) else "http"
    return Message(request.method, f"{scheme}://{request.host}{request.raw_path}", request.headers)
