from aiohttp import web

from services.api.auth.models import Caller
from services.api.endpoints import Access, Endpoint
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.members.errors import NoSuchMemberError
from services.api.sites.members.models import SiteAdmins
from services.api.sites.members.repository import MemberRepository
from services.api.sites.routes import SITES

MEMBERS = web.AppKey("members", MemberRepository)


async def list_site_admins(request: web.Request, caller: Caller) -> SiteAdmins:
    """List a site's admins."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return SiteAdmins(admins=tuple(await request.app[MEMBERS].usernames(site.id)))


async def add_site_admin(request: web.Request, caller: Caller) -> None:
    """Give a site to a user.

    Twice is as good as once.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[MEMBERS].add(site.id, request.match_info["username"])


async def remove_site_admin(request: web.Request, caller: Caller) -> None:
    """Take a site away from a user.

    Administrators of the install see it still.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[MEMBERS].remove(site.id, request.match_info["username"])


_NOT_THERE = (SiteNotFoundError, NoSuchMemberError)
_PATH = "/api/v1/sites/{name}/admins"

ENDPOINTS = (
    Endpoint("GET", _PATH, list_site_admins, raises=(SiteNotFoundError,)),
    Endpoint(
        "PUT", f"{_PATH}/{{username}}", add_site_admin, Access.ADMIN, status=204, audit="site.grant", raises=_NOT_THERE
    ),
    Endpoint(
        "DELETE",
        f"{_PATH}/{{username}}",
        remove_site_admin,
        Access.ADMIN,
        status=204,
        audit="site.revoke",
        raises=_NOT_THERE,
    ),
)
