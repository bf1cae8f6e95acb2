"""Identify the visitor who sent a beacon, by the site's identity mode, with salts that are kept in memory."""

import asyncio
import os
import re
from datetime import date, timedelta

import msgspec

from common.clock import Clock, utc
from common.identity import COOKIE_PATTERN, IdentityMode, PrivacySignal, cookie_visitor_id, network_visitor_id
from common.outage import REDIS_ERRORS, OutageLog
from common.registry import RegisteredSite
from common.salts import Randomness, SaltStore
from services.collector.payload import ClientInfo
from services.collector.rejection_reasons import RejectedError, RejectionReason

_REFRESH_SECONDS = 1.0
_COOKIE_VALUE = re.compile(COOKIE_PATTERN)


class VisitorIdentity(msgspec.Struct, frozen=True, gc=False):
    id: bytes
    new_cookie: str | None = None
    """The cookie value that the response must set."""


class VisitorIdentifier:
    """Identifies visitors. Holds the salts of the install, of today and of tomorrow."""

    def __init__(self, salts: SaltStore, clock: Clock, random: Randomness = os.urandom) -> None:
        self._store = salts
        self._clock = clock
        self._random = random
        self._install: bytes | None = None
        self._days: dict[date, bytes] = {}
        self._today: tuple[int, bytes] = (-1, b"")

    def identify(self, site: RegisteredSite, client: ClientInfo, sent_value: str, now: int) -> VisitorIdentity:
        """``sent_value``: the cookie value in the beacon's body, or ''. ``now``: epoch milliseconds.

        Raises ``RejectedError`` if the site drops visitors who opted out, or while a salt is missing.
        """
        mode = site.identity
        if client.opted_out and site.privacy_signal is not PrivacySignal.IGNORE:
            if site.privacy_signal is PrivacySignal.DROP:
                raise RejectedError(RejectionReason.PRIVACY_SIGNAL, "the site drops visitors who opted out")
            mode = IdentityMode.COOKIELESS
        if mode is IdentityMode.COOKIE:
            known = _valid_cookie(client.cookie)
            value = known or _valid_cookie(sent_value)
            if not value and client.same_site:
                value = self._random(16).hex()
            if value:
                visitor_id = cookie_visitor_id(self._install_salt(), site.id, value)
                return VisitorIdentity(visitor_id, value if client.same_site and not known else None)
            mode = IdentityMode.COOKIELESS
        if mode is IdentityMode.PERSISTENT:
            salt = self._install_salt()
            return VisitorIdentity(network_visitor_id(salt, site.id, client.ip, client.user_agent, persistent=True))
        return VisitorIdentity(network_visitor_id(self._day_salt(now), site.id, client.ip, client.user_agent))

    async def keep_fresh(self) -> None:
        """Fetch missing salts, forever. Tomorrow's salt is fetched before tomorrow begins."""
        outage = OutageLog("salts", REDIS_ERRORS)
        while True:
            try:
                await self.refresh()
                outage.recovered()
            except REDIS_ERRORS as error:
                outage.failed(error)
            await asyncio.sleep(_REFRESH_SECONDS)

    async def refresh(self) -> None:
        """Raises ``RedisError`` or ``OSError``."""
        if self._install is None:
            self._install = await self._store.install()
        today = utc(self._clock()).date()
        for day in (today, today + timedelta(days=1)):
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


def _no_salt() -> RejectedError:
    return RejectedError(RejectionReason.UNAVAILABLE, "not ready yet", retry_after=1)
