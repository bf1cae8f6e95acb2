"""Salts of the visitor hash. They exist only in Redis, and an expired salt cannot be restored.

- The install's: random, as old as the install. For cookie visitors and the ``persistent`` mode.
- A day's: random, created before the day begins and destroyed 48 hours after it began. After that, no one can
  recompute that day's visitor ids (forward secrecy).
- A past day's: for imports of old logs; random, destroyed 48 hours after its last use.
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from redis.asyncio import Redis

SALT_BYTES = 32
DAY_LIFETIME = timedelta(hours=48)
_INSTALL = "salts:install"
_DAY = "salts:day:{}"
_PAST = "salts:past:{}"

Randomness = Callable[[int], bytes]


class SaltStore:
    """Gives all processes the same salts: the first request creates a salt, later ones return it."""

    def __init__(self, redis: "Redis", random: Randomness = os.urandom) -> None:
        self._redis = redis
        self._random = random

    async def install(self) -> bytes:
        """Return the install's 32-byte salt."""
        return await self._get_or_create(_INSTALL)

    async def day(self, day: date) -> bytes:
        """Return the 32-byte salt of one UTC day, which expires 48 hours after the day began."""
        expires = datetime.combine(day, time(), UTC) + DAY_LIFETIME
        return await self._get_or_create(_DAY.format(day.isoformat()), expires=expires)

    async def past_day(self, day: date, now: datetime) -> bytes:
        """Return the 32-byte salt for imported events of one UTC day. It expires 48 hours after the last call."""
        key, expires = _PAST.format(day.isoformat()), now + DAY_LIFETIME
        salt = await self._get_or_create(key, expires)  # expires even if the next line is not reached
        await self._redis.expireat(key, expires)
        return salt

    async def _get_or_create(self, key: str, expires: datetime | None = None) -> bytes:
        created = self._random(SALT_BYTES)
        exat = int(expires.timestamp()) if expires else None
        found = await self._redis.set(key, created, nx=True, get=True, exat=exat)
        return bytes(found) if found else created
