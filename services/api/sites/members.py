"""The members of a site: users who have access to it."""

from aiohttp import web

from common.store import Pool, load_queries
from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.http.errors import ApiError
from services.api.http.models import ResponseModel
from services.api.openapi.tags import Tag
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

_SQL = load_queries(__package__)


class MemberNotFoundError(ApiError):
    """The user is not a member of the site, or does not exist."""


class SiteMembers(ResponseModel):
    members: tuple[str, ...]
    """Usernames. Administrators of the install see every site without being members."""


class MemberRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def usernames(self, site_id: int) -> list[str]:
        return [row["username"] for row in await self._pool.fetch(_SQL["members"], site_id)]

    async def add(self, site_id: int, username: str) -> None:
        """Add a member. Adding a member again changes nothing. Raises ``MemberNotFoundError``."""
        if await self._pool.fetchval(_SQL["add_member"], site_id, username) is None:
            raise MemberNotFoundError("the user does not exist")

    async def remove(self, site_id: int, username: str) -> None:
        """Raises ``MemberNotFoundError``."""
        if await self._pool.fetchval(_SQL["remove_member"], site_id, username) is None:
            raise MemberNotFoundError("the user is not a member of the site")


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


_PATH = "/api/v1/sites/{name}/members"
_NOT_FOUND = (SiteNotFoundError, MemberNotFoundError)

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
        raises=_NOT_FOUND,
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
        raises=_NOT_FOUND,
    ),
)
