"""What can be done with deletions."""

import re

from common.clock import Clock, utc
from services.api.accounts.auth.models import Caller
from services.api.sites.deletion.errors import DeletionNotFoundError
from services.api.sites.deletion.models import Deletion
from services.api.sites.deletion.repository import DeletionRepository
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.models import NAME_PATTERN
from services.api.sites.service import SiteService


class DeletionService:
    def __init__(self, deletions: DeletionRepository, sites: SiteService, clock: Clock) -> None:
        self._deletions = deletions
        self._sites = sites
        self._clock = clock

    async def request(self, caller: Caller, name: str) -> Deletion:
        """Nobody sees the site from now on, and collectors refuse it. Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        deletion = await self._deletions.add(site.id, caller.id, utc(self._clock()))
        if deletion is None:
            raise SiteNotFoundError("there is no such site")
        await self._sites.tell_collectors()
        return deletion

    async def all(self) -> list[Deletion]:
        return await self._deletions.all()

    async def get(self, name: str) -> Deletion:
        """The latest of that name. Raises ``DeletionNotFoundError``."""
        deletion = await self._deletions.latest(name) if re.fullmatch(NAME_PATTERN, name) else None
        if deletion is None:
            raise DeletionNotFoundError("no site of that name was deleted")
        return deletion
