"""Salts of the visitor hash. They live only in Redis, and what has expired cannot be had again.

- ``install``: random, as old as the install. For cookie visitors and the ``persistent`` mode.
- a day's: random, made before the day begins, destroyed 48 hours after it began. Yesterday's visitors can then
  not be recomputed by anybody: forward secrecy.
- a past day's: for imports of old logs; random as well, destroyed 48 hours after it was last needed.
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from redis.asyncio import Redis

SALT_BYTES = 32
DAY_LIFE = timedelta(hours=48)
_INSTALL = "salts:install"
_DAY = "salts:day:{}"
_PAST = "salts:past:{}"

Randomness = Callable[[int], bytes]


class SaltStore:
    """All processes get the same salts: whoever asks first makes one, the others are given it."""

    def __init__(self, redis: "Redis", random: Randomness = os.urandom) -> None:
        self._redis = redis
        self._random = random

    async def install(self) -> bytes:
        """32 bytes, for the life of the install."""
        return await self._get_or_make(_INSTALL)

    async def day(self, day: date) -> bytes:
        """32 bytes for one UTC day, gone 48 hours after its midnight."""
        expires = datetime.combine(day, time(), UTC) + DAY_LIFE
        return await self._get_or_make(_DAY.format(day.isoformat()), expires=expires)

    async def past_day(self, day: date, now: datetime) -> bytes:
        """32 bytes for the imported events of one UTC day, gone 48 hours after the last call."""
        key, expires = _PAST.format(day.isoformat()), now + DAY_LIFE
        salt = await self._get_or_make(key, expires)  # never without an end, also if the next line is not reached
        await self._redis.expireat(key, expires)
        return salt

    async def _get_or_make(self, key: str, expires: datetime | None = None) -> bytes:
        made = self._random(SALT_BYTES)
        exat = int(expires.timestamp()) if expires else None
        found = await self._redis.set(key, made, nx=True, get=True, exat=exat)
        return bytes(found) if found else made
