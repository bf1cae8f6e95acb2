from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.members.errors import NoSuchMemberError
from services.api.sites.members.models import SiteMembers
from services.api.sites.members.repository import MemberRepository
from services.api.sites.routes import SITES

MEMBERS = web.AppKey("members", MemberRepository)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[MEMBERS] = MemberRepository(deps.pool)


async def list_site_members(request: web.Request, caller: Caller) -> SiteMembers:
    """List the members of a site."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return SiteMembers(members=tuple(await request.app[MEMBERS].usernames(site.id)))


async def add_site_member(request: web.Request, caller: Caller) -> None:
    """Add a member to a site.

    Adding a member again changes nothing.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[MEMBERS].add(site.id, request.match_info["username"])


async def remove_site_member(request: web.Request, caller: Caller) -> None:
    """Remove a member from a site.

    Administrators of the install can still see the site.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[MEMBERS].remove(site.id, request.match_info["username"])


_NOT_THERE = (SiteNotFoundError, NoSuchMemberError)
_PATH = "/api/v1/sites/{name}/members"

ENDPOINTS = (
    Endpoint(
        "GET", _PATH, list_site_members, tag=Tag.SITES, operation_id="listSiteMembers", raises=(SiteNotFoundError,)
    ),
    Endpoint(
        "PUT",
        f"{_PATH}/{{username}}",
        add_site_member,
        Access.ADMIN,
        tag=Tag.SITES,
        operation_id="addSiteMember",
        status=204,
        audit="site.member.add",
        raises=_NOT_THERE,
    ),
    Endpoint(
        "DELETE",
        f"{_PATH}/{{username}}",
        remove_site_member,
        Access.ADMIN,
        tag=Tag.SITES,
        operation_id="removeSiteMember",
        status=204,
        audit="site.member.remove",
        raises=_NOT_THERE,
    ),
)
