"""Which visitor sent a hit, by the site's identity mode; and the salts that this needs, kept ready in memory."""

import asyncio
import os
import re
from datetime import date, timedelta

import msgspec
import structlog
from redis.exceptions import RedisError

from common.clock import Clock, utc
from common.identity import COOKIE_PATTERN, IdentityMode, PrivacySignal, cookie_visitor, network_visitor
from common.registry import RegisteredSite
from common.salts import Randomness, SaltStore
from services.collector.hit import Sender
from services.collector.refusals import Refusal, RefusedError

_REFRESH_SECONDS = 1.0
_COOKIE_VALUE = re.compile(COOKIE_PATTERN)
_log = structlog.get_logger()


class Visitor(msgspec.Struct, frozen=True, gc=False):
    id: bytes
    new_cookie: str | None = None
    """A cookie value that the answer must set."""


class VisitorIdentity:
    """Names visitors. Holds the salts of the install, of today and of tomorrow."""

    def __init__(self, salts: SaltStore, clock: Clock, random: Randomness = os.urandom) -> None:
        self._store = salts
        self._clock = clock
        self._random = random
        self._install: bytes | None = None
        self._days: dict[date, bytes] = {}
        self._today: tuple[int, bytes] = (-1, b"")

    def visitor(self, site: RegisteredSite, sender: Sender, claimed: str, now: int) -> Visitor:
        """``claimed`` is the cookie value that the tracker sent, or ''. ``now``: epoch milliseconds.

        Raises ``RefusedError`` when the site drops opted-out visitors, or no salt could be had yet.
        """
        mode = site.identity
        if sender.opted_out and site.privacy_signal is not PrivacySignal.IGNORE:
            if site.privacy_signal is PrivacySignal.DROP:
                raise RefusedError(Refusal.PRIVACY_SIGNAL, "the visitor has opted out and the site respects it")
            mode = IdentityMode.COOKIELESS
        if mode is IdentityMode.COOKIE:
            known = _valid_cookie(sender.cookie)
            value = known or _valid_cookie(claimed)
            if not value and sender.same_site:
                value = self._random(16).hex()
            if value:
                visitor_id = cookie_visitor(self._install_salt(), site.id, value)
                return Visitor(visitor_id, value if sender.same_site and not known else None)
            mode = IdentityMode.COOKIELESS
        if mode is IdentityMode.PERSISTENT:
            salt = self._install_salt()
            return Visitor(network_visitor(salt, site.id, sender.ip, sender.user_agent, persistent=True))
        return Visitor(network_visitor(self._day_salt(now), site.id, sender.ip, sender.user_agent))

    async def keep_fresh(self) -> None:
        """Fetches the salts that are missing, for ever; tomorrow's is there before tomorrow is."""
        failing = False
        while True:
            try:
                await self.refresh()
                failing = False
            except (RedisError, OSError) as error:
                if not failing:  # said once, not at every try
                    _log.warning("no salts", error=type(error).__name__)
                failing = True
            await asyncio.sleep(_REFRESH_SECONDS)

    async def refresh(self) -> None:
        """Raises ``RedisError`` or ``OSError``."""
        if self._install is None:
            self._install = await self._store.install()
        today = utc(self._clock()).date()
        wanted = (today, today + timedelta(days=1))
        for day in wanted:
            if day not in self._days:
                self._days[day] = await self._store.day(day)
        self._days = {day: salt for day, salt in self._days.items() if day >= today - timedelta(days=1)}

    @property
    def is_ready(self) -> bool:
        return self._install is not None and utc(self._clock()).date() in self._days

    def _install_salt(self) -> bytes:
        if self._install is None:
            raise _no_salt()
        return self._install

    def _day_salt(self, now: int) -> bytes:
        number = now // 86_400_000
        if self._today[0] != number:
            salt = self._days.get(utc(now).date())
            if salt is None:
                raise _no_salt()
            self._today = (number, salt)
        return self._today[1]


def _valid_cookie(value: str) -> str:
    return value if _COOKIE_VALUE.fullmatch(value) else ""


def _no_salt() -> RefusedError:
    return RefusedError(Refusal.UNAVAILABLE, "not ready yet", retry_after=1)
