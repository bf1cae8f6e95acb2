"""Finds the sites that a caller or viewer has access to, and creates and changes sites."""

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
from services.api.sites.models import NAME_PATTERN, CreateSite, Site, SiteNameTakenError, SiteNotFoundError, UpdateSite
from services.api.sites.origins import origins_of
from services.api.sites.repository import SiteRepository

Publish = Callable[[Iterable[RegisteredSite]], Awaitable[None]]
"""Publishes the settings of all sites to the collectors."""

_log = structlog.get_logger()


class SiteService:
    """Checks access to sites. Row-level security then allows the request to access the rows of these sites only."""

    def __init__(self, sites: SiteRepository, publish: Publish, clock: Clock) -> None:
        self._sites = sites
        self._publish = publish
        self._clock = clock
        # Reading and publishing are one step, so that concurrent changes cannot publish the older list last.
        self._publishing = asyncio.Lock()

    async def visible(self, caller: Caller) -> list[Site]:
        return _allow_all(await self._sites.visible(caller))

    async def get(self, caller: Caller, name: str) -> Site:
        """Return a site of the caller. Raises ``SiteNotFoundError``, also for a site without access."""
        return _allow(await self._sites.visible_by_name(caller, name) if _is_valid_name(name) else None)

    async def view(self, viewer: Viewer, name: str) -> Site:
        """Return a site whose reports the viewer can read. Raises ``SiteNotFoundError``, also without access."""
        if not _is_valid_name(name):
            return _allow(None)
        own = await self._sites.visible_by_name(viewer.caller, name) if viewer.caller else None
        return _allow(own or await self._sites.public_or_shared_by_name(viewer.shared_site_id, name))

    async def viewable(self, viewer: Viewer) -> list[Site]:
        """Return all sites whose reports the viewer can read, by name: public sites, the shared one, and the user's."""
        own = await self._sites.visible(viewer.caller) if viewer.caller else []
        found = {site.name: site for site in (*await self._sites.public_or_shared(viewer.shared_site_id), *own)}
        return _allow_all([found[name] for name in sorted(found)])

    async def create(self, caller: Caller, body: CreateSite) -> Site:
        """Raises ``SiteNameTakenError``."""
        settings = {name: getattr(body, name) for name in CreateSite.model_fields}
        if body.origins is None:
            settings["origins"] = origins_of(body.url)
        site = SiteSettings(**settings)
        if await self._sites.add(site, utc(self._clock())) is None:
            raise SiteNameTakenError.for_field("name", "is already used by another site; choose another name")
        await self.publish_registry()
        return await self.get(caller, body.name)

    async def update(self, caller: Caller, name: str, body: UpdateSite) -> Site:
        """Raises ``SiteNotFoundError``."""
        site = await self.get(caller, name)
        changed = _allow(await self._sites.update(site.id, body, utc(self._clock())))
        await self.publish_registry()
        return changed

    async def publish_registry(self) -> None:
        """Publish the current settings of all sites to the collectors."""
        try:
            async with self._publishing:
                await self._publish(await self._sites.registry())
        except (RedisError, OSError) as error:
            # The site is stored. The worker publishes it as soon as Redis is available.
            _log.warning("registry: failed to publish", error=type(error).__name__)


def _is_valid_name(name: str) -> bool:
    return re.fullmatch(NAME_PATTERN, name) is not None


def _allow(site: Site | None) -> Site:
    if site is None:
        raise SiteNotFoundError("the site does not exist")
    allow_sites([site.id])
    return site


def _allow_all(sites: list[Site]) -> list[Site]:
    allow_sites(site.id for site in sites)
    return sites
