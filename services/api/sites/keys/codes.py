"""One-time codes that let a key in: kept as hashes in Redis, for a short time, and taken only once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec
from redis.asyncio import Redis

from common.salts import Randomness
from services.api.accounts.auth.tokens import hash_secret, new_secret

PREFIX = "uvr_"
LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code stands for."""

    site_id: int
    user_id: UUID
    """Whoever made the code; it lets in nothing that they may not let in."""
    username: str
    name: str
    """Of the key, unless it brings one."""


class Codes:
    def __init__(self, redis: "Redis", random: Randomness) -> None:
        self._redis = redis
        self._random = random

    async def make(self, site_name: str, invitation: Invitation) -> str:
        """A new code. Raises ``RedisError``."""
        code = PREFIX + new_secret(self._random)
        await self._redis.set(_key(site_name, code), msgspec.json.encode(invitation), px=LIFE)
        return code

    async def take(self, site_name: str, code: str) -> Invitation | None:
        """What the code stands for, and never again; None for a code that does not count. Raises ``RedisError``.

        A code that was sent to another site's name stays what it was.
        """
        kept = await self._redis.getdel(_key(site_name, code))
        return msgspec.json.decode(kept, type=Invitation) if kept else None


def is_code(text: str) -> bool:
    return text.startswith(PREFIX)


def _key(site_name: str, code: str) -> str:
    return f"site-keys:code:{hash_secret(f'{site_name}:{code}').hex()}"
