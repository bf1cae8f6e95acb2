"""Which signatures were used: in Redis, until they are too old to count anyway."""

from hashlib import blake2b

from redis.asyncio import Redis

from services.api.accounts.signatures.rfc9421 import TOLERANCE

_KEPT = 2 * TOLERANCE + TOLERANCE
"""A signature from a clock that is ahead counts for twice the tolerance; the rest is for Redis's own clock."""


class Nonces:
    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def is_first(self, site_id: int, public_key: bytes, nonce: str) -> bool:
        """False when the key has signed with this nonce before. Raises ``RedisError``: without Redis nobody knows."""
        text = b"%d:%b:%b" % (site_id, public_key, nonce.encode())
        name = f"signed:nonce:{blake2b(text, digest_size=16, person=b'uv-nonces').hexdigest()}"
        return bool(await self._redis.set(name, b"", nx=True, px=_KEPT))
