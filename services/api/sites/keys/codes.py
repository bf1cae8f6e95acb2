"""One-time codes with which a device registers its key: stored as hashes in Redis, short-lived, and used only once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import msgspec
from redis.asyncio import Redis

from common.salts import Randomness
from services.api.accounts.auth.tokens import hash_secret, new_secret

PREFIX = "uvr_"
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RegistrationGrant:
    """What a code permits."""

    site_id: int
    user_id: UUID
    """The user who created the code. It permits nothing that this user cannot do."""
    username: str
    name: str
    """Name of the key, unless the registration has one."""


class RegistrationCodes:
    def __init__(self, redis: Redis, random: Randomness) -> None:
        self._redis = redis
        self._random = random

    async def create(self, site_name: str, grant: RegistrationGrant) -> str:
        """Return a new code. Raises ``RedisError``."""
        code = PREFIX + new_secret(self._random)
        await self._redis.set(_key(site_name, code), msgspec.json.encode(grant), px=LIFETIME)
        return code

    async def redeem(self, site_name: str, code: str) -> RegistrationGrant | None:
        """Return what the code permits, only once; None for an invalid code. Raises ``RedisError``.

        A code that is sent with the name of another site stays valid.
        """
        stored = await self._redis.getdel(_key(site_name, code))
        return msgspec.json.decode(stored, type=RegistrationGrant) if stored else None


def is_registration_code(text: str) -> bool:
    return text.startswith(PREFIX)


def _key(site_name: str, code: str) -> str:
    return f"site-keys:code:{hash_secret(f'{site_name}:{code}').hex()}"
