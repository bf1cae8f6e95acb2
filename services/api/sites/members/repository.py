"""A site's admins in the store."""

from common.store import Pool, load_queries
from services.api.sites.members.errors import NoSuchMemberError

_SQL = load_queries(__package__)


class MemberRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def usernames(self, site_id: int) -> list[str]:
        return [row["username"] for row in await self._pool.fetch(_SQL["members"], site_id)]

    async def add(self, site_id: int, username: str) -> None:
        """Whoever is listed already stays so. Raises ``NoSuchMemberError``."""
        if await self._pool.fetchval(_SQL["add_member"], site_id, username) is None:
            raise NoSuchMemberError("there is no such user")

    async def remove(self, site_id: int, username: str) -> None:
        """Raises ``NoSuchMemberError``."""
        if await self._pool.fetchval(_SQL["remove_member"], site_id, username) is None:
            raise NoSuchMemberError("the site does not list such a user")
