from datetime import timedelta

from aiohttp import web

from services.api.accounts.auth.models import Caller, TooManyAttemptsError, Viewer
from services.api.accounts.auth.routes import CLIENTS, authenticate
from services.api.accounts.auth.tokens import AccessTokens
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.sites.shares.models import (
    CreatedShareLink,
    CreateShareLink,
    OpenedShareLink,
    OpenShareLink,
    ShareLinkList,
    ShareLinkNotFoundError,
    SharePasswordRequiredError,
)
from services.api.sites.shares.service import (
    AUDIENCE,
    ShareLinkRepository,
    ShareLinkService,
    ShareTokens,
    is_share_token,
)

SHARE_LINKS = web.AppKey("shares", ShareLinkService)

_TOKEN_LIFETIME = timedelta(hours=1)
"""How long the access token of an opened share link is valid."""


def setup(app: web.Application, deps: Dependencies) -> None:
    signed = AccessTokens(deps.keyring, _TOKEN_LIFETIME, deps.clock, deps.random, AUDIENCE)
    app[SHARE_LINKS] = ShareLinkService(
        ShareLinkRepository(deps.pool),
        app[SITES],
        ShareTokens(signed),
        deps.passwords,
        deps.throttle,
        deps.clock,
        deps.random,
    )


async def list_share_links(request: web.Request, caller: Caller) -> ShareLinkList:
    """List the share links of a site.

    Revoked links are not included.
    """
    return ShareLinkList(shares=tuple(await request.app[SHARE_LINKS].of_site(caller, request.match_info["name"])))


async def create_share_link(request: web.Request, caller: Caller, body: CreateShareLink) -> CreatedShareLink:
    """Create a share link.

    Everyone with the link can see the reports of this site, and nothing else. The token is in this response only.
    """
    created = await request.app[SHARE_LINKS].create(caller, request.match_info["name"], body)
    request[SUBJECT] = f"{request.match_info['name']}/{created.id}"
    return created


async def revoke_share_link(request: web.Request, caller: Caller) -> None:
    """Revoke a share link.

    It stops working at once. This cannot be undone.
    """
    await request.app[SHARE_LINKS].revoke(caller, request.match_info["name"], request.match_info["id"])


async def open_share_link(request: web.Request, body: OpenShareLink) -> OpenedShareLink:
    """Open a share link.

    Returns an access token for the site's reports. A link with a password needs the password too.
    """
    return await request.app[SHARE_LINKS].open(body, request.app[CLIENTS].ip(request))


async def identify_by_token(request: web.Request) -> Viewer:
    """Return the viewer by the token of a share link or user, else anonymous. Raises ``UnauthenticatedError``."""
    if "Authorization" not in request.headers:
        return Viewer()
    token = request.headers["Authorization"].partition(" ")[2].strip()
    if is_share_token(token):
        return Viewer(shared_site_id=await request.app[SHARE_LINKS].shared_site(token))
    return Viewer(await authenticate(request))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/shares",
        list_share_links,
        tag=Tag.SITES,
        operation_id="listShareLinks",
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/shares",
        create_share_link,
        tag=Tag.SITES,
        operation_id="createShareLink",
        status=201,
        audit="share.create",
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/sites/{name}/shares/{id}",
        revoke_share_link,
        tag=Tag.SITES,
        operation_id="revokeShareLink",
        status=204,
        audit="share.revoke",
        raises=(SiteNotFoundError, ShareLinkNotFoundError),
    ),
    Endpoint(
        "POST",
        "/api/v1/shares/open",
        open_share_link,
        Access.PUBLIC,
        tag=Tag.SITES,
        operation_id="openShareLink",
        raises=(ShareLinkNotFoundError, SharePasswordRequiredError, TooManyAttemptsError),
    ),
)
