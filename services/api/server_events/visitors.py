"""Who is behind an event that a server tells of: the visitor whom the collector would have named."""

from datetime import date, datetime

from common.clock import utc
from common.identity import IdentityMode, PrivacySignal, cookie_visitor_id, network_visitor_id
from common.network import canonical
from common.salts import DAY_LIFETIME, SaltStore
from services.api.server_events.beacons import user_agent_of
from services.api.server_events.models import SentEvent
from services.api.sites.models import Site


class EventVisitors:
    """Names the visitors of one request; each salt is asked for once."""

    def __init__(self, salts: SaltStore, site: Site, now: datetime) -> None:
        self._store = salts
        self._site = site
        self._now = now
        self._install: bytes | None = None
        self._days: dict[date, bytes] = {}

    async def of(self, event: SentEvent, at: int) -> bytes:
        """16 bytes. ``at``: when it happened, epoch milliseconds. Raises ``RedisError`` or ``OSError``."""
        site, identity = self._site, self._site.identity
        if event.opted_out and site.privacy_signal is not PrivacySignal.IGNORE:
            identity = IdentityMode.COOKIELESS
        if event.visitor and identity is IdentityMode.COOKIE:
            return cookie_visitor_id(await self._install_salt(), site.id, event.visitor)
        ip, user_agent = canonical(event.ip), user_agent_of(event)
        if identity is IdentityMode.PERSISTENT:
            return network_visitor_id(await self._install_salt(), site.id, ip, user_agent, persistent=True)
        return network_visitor_id(await self._day_salt(utc(at).date()), site.id, ip, user_agent)

    async def _install_salt(self) -> bytes:
        if self._install is None:
            self._install = await self._store.install()
        return self._install

    async def _day_salt(self, day: date) -> bytes:
        if day not in self._days:
            is_alive = self._now.date() - day < DAY_LIFETIME
            self._days[day] = await (self._store.day(day) if is_alive else self._store.past_day(day, self._now))
        return self._days[day]
