"""The sites that the collector knows: polled from Redis, kept on disk for a start without Redis."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.registry import RegisteredSite, decode_sites, encode_sites, published_sites, published_version
from services.collector.refusals import Refusal, RefusedError

_POLL_SECONDS = 0.5
_log = structlog.get_logger()


class KnownSite(msgspec.Struct, frozen=True):
    """A registered site with its origins ready to be looked up."""

    site: RegisteredSite
    exact: frozenset[str]
    suffixes: tuple[tuple[str, str], ...]
    """For ``https://*.example.com``: ("https://", ".example.com")."""

    @property
    def home(self) -> str:
        """The first of the origins that is one; '' where there is none."""
        return next((origin for origin in self.site.origins if "*" not in origin), "")

    def allows(self, origin: str) -> bool:
        """Whether pages of ``origin`` (scheme://host[:port]) may send for this site."""
        if not self.site.origins or origin in self.exact or "*" in self.exact:
            return True
        return any(origin.startswith(scheme) and origin.endswith(suffix) for scheme, suffix in self.suffixes)


class SiteRegistry:
    def __init__(self, redis: "Redis", file: Path | None) -> None:
        self._redis = redis
        self._file = file
        self._version: str | None = None
        self._sites: dict[str, KnownSite] = {}
        self.is_loaded = False

    def find(self, name: str) -> KnownSite:
        """Raises ``RefusedError``."""
        found = self._sites.get(name)
        if found is None:
            if not self.is_loaded:
                raise RefusedError(Refusal.UNAVAILABLE, "the site registry is not loaded yet", retry_after=1)
            raise RefusedError(Refusal.UNKNOWN_SITE, "no such site is registered")
        return found

    def load_file(self) -> None:
        """Takes the sites of the last run, if there are any."""
        if self._file is None or not self._file.exists():
            return
        try:
            self._take(decode_sites(self._file.read_bytes()))
        except (OSError, msgspec.MsgspecError) as error:
            _log.warning("registry file not usable", file=str(self._file), error=type(error).__name__)

    async def keep_fresh(self) -> None:
        """Polls for a new version, for ever; while Redis is away the last sites stay."""
        failing = False
        while True:
            try:
                await self.refresh()
                failing = False
            except (RedisError, OSError, msgspec.MsgspecError) as error:
                if not failing:  # said once, not twice a second
                    _log.warning("site registry not refreshed", error=type(error).__name__)
                failing = True
            await asyncio.sleep(_POLL_SECONDS)

    async def refresh(self) -> None:
        """Raises ``RedisError`` or ``OSError``. A Redis that was emptied changes nothing."""
        version = await published_version(self._redis)
        if version is None or version == self._version:
            return
        sites = await published_sites(self._redis)
        self._take(sites)
        self._version = version
        self._save(sites)

    def _take(self, sites: Iterable[RegisteredSite]) -> None:
        self._sites = {site.name: _known(site) for site in sites}
        self.is_loaded = True

    def _save(self, sites: Iterable[RegisteredSite]) -> None:
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # A name of its own: several collectors may share the folder.
            with NamedTemporaryFile(dir=self._file.parent, prefix=self._file.name, delete=False) as part:
                part.write(encode_sites(list(sites)))
            Path(part.name).replace(self._file)
        except OSError as error:
            _log.warning("registry file not written", file=str(self._file), error=error.strerror)


def _known(site: RegisteredSite) -> KnownSite:
    suffixes = []
    for origin in site.origins:
        scheme, _, host = origin.partition("://")
        if host.startswith("*."):
            suffixes.append((f"{scheme}://", host[1:]))
    return KnownSite(site, frozenset(site.origins), tuple(suffixes))
