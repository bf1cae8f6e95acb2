"""The registered sites: polled from Redis, and saved to disk so that the collector can start without Redis."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
import structlog
from redis.asyncio import Redis

from common.outage import REDIS_ERRORS, OutageLog
from common.registry import RegisteredSite, decode_sites, encode_sites, published_sites, published_version
from services.collector.rejection_reasons import RejectedError, RejectionReason

_POLL_SECONDS = 0.5
_log = structlog.get_logger()


class KnownSite(msgspec.Struct, frozen=True):
    """A registered site with its allowed origins prepared for lookup."""

    site: RegisteredSite
    exact: frozenset[str]
    suffixes: tuple[tuple[str, str], ...]
    """For ``https://*.example.com``: ("https://", ".example.com")."""

    @property
    def main_origin(self) -> str:
        """The first allowed origin without a wildcard, or ''."""
        return next((origin for origin in self.site.origins if "*" not in origin), "")

    def allows(self, origin: str) -> bool:
        """Return whether the site accepts beacons from pages of ``origin`` (scheme://host[:port])."""
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
        """Return the site of that name. Raises ``RejectedError``."""
        found = self._sites.get(name)
        if found is None:
            if not self.is_loaded:
                raise RejectedError(RejectionReason.UNAVAILABLE, "the site registry is not loaded yet", retry_after=1)
            raise RejectedError(RejectionReason.UNKNOWN_SITE, "no such site is registered")
        return found

    def load_file(self) -> None:
        """Load the sites that the previous process saved, if any."""
        if self._file is None or not self._file.exists():
            return
        try:
            self._replace(decode_sites(self._file.read_bytes()))
        except (OSError, msgspec.MsgspecError) as error:
            _log.warning("site registry: cannot read saved file", file=str(self._file), error=type(error).__name__)

    async def keep_fresh(self) -> None:
        """Poll for a new version, forever. While Redis is unavailable the current sites stay."""
        errors = (*REDIS_ERRORS, msgspec.MsgspecError)
        outage = OutageLog("site registry", errors)
        while True:
            try:
                await self.refresh()
                outage.recovered()
            except errors as error:
                outage.failed(error)
            await asyncio.sleep(_POLL_SECONDS)

    async def refresh(self) -> None:
        """Load the published sites if they changed. Raises ``RedisError`` or ``OSError``.

        An emptied Redis has no version: the current sites stay.
        """
        version = await published_version(self._redis)
        if version is None or version == self._version:
            return
        sites = await published_sites(self._redis)
        self._replace(sites)
        self._version = version
        self._save(sites)

    def _replace(self, sites: Iterable[RegisteredSite]) -> None:
        self._sites = {site.name: _known(site) for site in sites}
        self.is_loaded = True

    def _save(self, sites: Iterable[RegisteredSite]) -> None:
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # A unique name, since several collectors may share the folder.
            with NamedTemporaryFile(dir=self._file.parent, prefix=self._file.name, delete=False) as part:
                part.write(encode_sites(list(sites)))
            Path(part.name).replace(self._file)
        except OSError as error:
            _log.warning("site registry: cannot save file", file=str(self._file), error=error.strerror)


def _known(site: RegisteredSite) -> KnownSite:
    suffixes = []
    for origin in site.origins:
        scheme, _, host = origin.partition("://")
        if host.startswith("*."):
            suffixes.append((f"{scheme}://", host[1:]))
    return KnownSite(site, frozenset(site.origins), tuple(suffixes))
