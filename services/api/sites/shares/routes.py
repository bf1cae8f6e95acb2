from datetime import timedelta

from aiohttp import web

from services.api.accounts.auth.models import Caller, TooManyAttemptsError, Viewer
from services.api.accounts.auth.routes import CLIENTS, authenticate
from services.api.accounts.auth.tokens import AccessTokens
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.sites.shares.errors import ShareNotFoundError, SharePasswordNeededError
from services.api.sites.shares.models import MadeShare, NewShare, OpenedShare, OpenShare, ShareList
from services.api.sites.shares.repository import ShareRepository
from services.api.sites.shares.service import ShareService
from services.api.sites.shares.tokens import AUDIENCE, ViewingTokens, is_viewing_token

SHARES = web.AppKey("shares", ShareService)

_VIEWING = timedelta(hours=1)
"""How long the access token of an opened share link is valid."""


def setup(app: web.Application, deps: Dependencies) -> None:
    signed = AccessTokens(deps.keyring, _VIEWING, deps.clock, deps.random, AUDIENCE)
    app[SHARES] = ShareService(
        ShareRepository(deps.pool),
        app[SITES],
        ViewingTokens(signed),
        deps.passwords,
        deps.throttle,
        deps.clock,
        deps.random,
    )


async def list_shares(request: web.Request, caller: Caller) -> ShareList:
    """List the share links of a site.

    Revoked links are not included.
    """
    return ShareList(shares=tuple(await request.app[SHARES].of_site(caller, request.match_info["name"])))


async def make_share(request: web.Request, caller: Caller, body: NewShare) -> MadeShare:
    """Create a share link.

    Everybody with the link can see the reports of this site, and nothing else. The token is in this response only.
    """
    made = await request.app[SHARES].make(caller, request.match_info["name"], body)
    request[SUBJECT] = f"{request.match_info['name']}/{made.id}"
    return made


async def revoke_share(request: web.Request, caller: Caller) -> None:
    """Revoke a share link.

    It stops working at once. This cannot be undone.
    """
    await request.app[SHARES].revoke(caller, request.match_info["name"], request.match_info["id"])


async def open_share(request: web.Request, body: OpenShare) -> OpenedShare:
    """Open a share link.

    Returns an access token for the site's reports. A link with a password needs the password too.
    """
    return await request.app[SHARES].open(body, request.app[CLIENTS].ip(request))


async def identify_by_token(request: web.Request) -> Viewer:
    """Return the viewer by the token of a share link or user, else anonymous. Raises ``UnauthenticatedError``."""
    if "Authorization" not in request.headers:
        return Viewer()
    token = request.headers["Authorization"].partition(" ")[2].strip()
    if is_viewing_token(token):
        return Viewer(shared_site_id=await request.app[SHARES].shared_site(token))
    return Viewer(await authenticate(request))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/shares",
        list_shares,
        tag=Tag.SITES,
        operation_id="listShareLinks",
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/shares",
        make_share,
        tag=Tag.SITES,
        operation_id="createShareLink",
        status=201,
        audit="share.create",
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/sites/{name}/shares/{id}",
        revoke_share,
        tag=Tag.SITES,
        operation_id="revokeShareLink",
        status=204,
        audit="share.revoke",
        raises=(SiteNotFoundError, ShareNotFoundError),
    ),
    Endpoint(
        "POST",
        "/api/v1/shares/open",
        open_share,
        Access.PUBLIC,
        tag=Tag.SITES,
        operation_id="openShareLink",
        raises=(ShareNotFoundError, SharePasswordNeededError, TooManyAttemptsError),
    ),
)
