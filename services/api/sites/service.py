"""What can be done with sites."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable

import structlog
from redis.exceptions import RedisError

from common.clock import Clock, utc
from common.registry import RegisteredSite
from common.sites import SiteSettings
from services.api.accounts.auth.models import Caller, Viewer
from services.api.row_security import allow_sites
from services.api.sites.errors import SiteNameTakenError, SiteNotFoundError
from services.api.sites.models import NAME_PATTERN, CreateSite, Site, UpdateSite
from services.api.sites.origins import origins_of
from services.api.sites.repository import SiteRepository

Publish = Callable[[Iterable[RegisteredSite]], Awaitable[None]]
"""Tells the collectors of all sites."""

_log = structlog.get_logger()


class SiteService:
    """Whoever may see a site gets it here; from then on the request may touch its rows, and those of no other."""

    def __init__(self, sites: SiteRepository, publish: Publish, clock: Clock) -> None:
        self._sites = sites
        self._publish = publish
        self._clock = clock
        # Read and publish are one step, so that two writes at once cannot leave the older list published.
        self._publishing = asyncio.Lock()

    async def visible(self, caller: Caller) -> list[Site]:
        return _opened(await self._sites.visible(caller))

    async def get(self, caller: Caller, name: str) -> Site:
        """Raises ``SiteNotFoundError``, also for a site that is another's."""
        return _found(await self._sites.visible_by_name(caller, name) if _can_be(name) else None)

    async def view(self, viewer: Viewer, name: str) -> Site:
        """The site, for whoever may look at its numbers. Raises ``SiteNotFoundError``, also for others' sites."""
        if not _can_be(name):
            return _found(None)
        own = await self._sites.visible_by_name(viewer.caller, name) if viewer.caller else None
        return _found(own or await self._sites.opened_by_name(viewer.shared_site_id, name))

    async def viewable(self, viewer: Viewer) -> list[Site]:
        """All sites at whose numbers somebody may look, by name: public ones, the shared one, a user's own."""
        own = await self._sites.visible(viewer.caller) if viewer.caller else []
        found = {site.name: site for site in (*await self._sites.opened(viewer.shared_site_id), *own)}
        return _opened([found[name] for name in sorted(found)])

    async def create(self, caller: Caller, wanted: CreateSite) -> Site:
        """Raises ``SiteNameTakenError``."""
        settings = {name: getattr(wanted, name) for name in CreateSite.model_fields}
        if wanted.origins is None:
            settings["origins"] = origins_of(wanted.url)
        site = SiteSettings(**settings)
        if await self._sites.add(site, utc(self._clock())) is None:
            raise SiteNameTakenError.for_field("name", "there is already a site of that name")
        await self.tell_collectors()
        return await self.get(caller, wanted.name)

    async def change(self, caller: Caller, name: str, wanted: UpdateSite) -> Site:
        """Raises ``SiteNotFoundError``."""
        site = await self.get(caller, name)
        changed = _found(await self._sites.change(site.id, wanted, utc(self._clock())))
        await self.tell_collectors()
        return changed

    async def tell_collectors(self) -> None:
        """Publishes the sites as they are now."""
        try:
            async with self._publishing:
                await self._publish(await self._sites.registry())
        except (RedisError, OSError) as error:
            # The site is stored; the worker's reconciliation publishes it as soon as Redis is back.
            _log.warning("registry not published", error=type(error).__name__)


def _can_be(name: str) -> bool:
    return re.fullmatch(NAME_PATTERN, name) is not None


def _found(site: Site | None) -> Site:
    if site is None:
        raise SiteNotFoundError("there is no such site")
    allow_sites([site.id])
    return site


def _opened(sites: list[Site]) -> list[Site]:
    allow_sites(site.id for site in sites)
    return sites
