"""Verifies the signature of a request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from redis.asyncio import Redis

from common.clock import Clock, utc
from common.sites import SignatureScheme
from common.store import Pool, load_queries
from services.api.accounts.signatures.legacy import check_legacy, read_legacy
from services.api.accounts.signatures.models import (
    InvalidSignatureError,
    SigningKey,
    SiteSigningKeys,
)
from services.api.accounts.signatures.rfc9421 import INPUT, SIGNATURE, TOLERANCE, SignedRequest, check_rfc9421

_SQL = load_queries(__package__)
_NONCE_LIFETIME = 2 * TOLERANCE + TOLERANCE
"""A signature of a clock that is ahead is valid for twice the tolerance; the rest allows for the clock of Redis."""
_LAST_USED_PRECISION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Signer:
    """The site and the key of a valid signature."""

    site: SiteSigningKeys
    key: SigningKey
    scheme: SignatureScheme
    signed_body: bool
    """Whether the signature covers the body."""


class SigningKeyRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, name: str) -> SiteSigningKeys | None:
        """None for a site that does not exist, is being deleted, or has no keys."""
        rows = await self._pool.fetch(_SQL["signing_keys"], name)
        if not rows:
            return None
        keys = [SigningKey(row["key_id"], row["key_name"], row["public_key"], row["last_used_at"]) for row in rows]
        return SiteSigningKeys(
            rows[0]["site_id"],
            name,
            frozenset(map(SignatureScheme, rows[0]["signature_schemes"])),
            {key.public.hex(): key for key in keys},
        )

    async def set_last_used(self, key: SigningKey, scheme: SignatureScheme, now: datetime) -> None:
        await self._pool.execute(_SQL["set_last_used"], key.id, now, scheme.value)


class NonceStore:
    """Nonces that were used, in Redis, until their signatures have expired."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def is_first_use(self, site_id: int, public_key: bytes, nonce: str) -> bool:
        """False when the key has signed with this nonce before. Raises ``RedisError`` when Redis is unavailable."""
        text = b"%d:%b:%b" % (site_id, public_key, nonce.encode())
        name = f"signed:nonce:{blake2b(text, digest_size=16, person=b'uv-nonces').hexdigest()}"
        return bool(await self._redis.set(name, b"", nx=True, px=_NONCE_LIFETIME))


class SignatureService:
    def __init__(self, keys: SigningKeyRepository, nonces: NonceStore, clock: Clock) -> None:
        self._keys = keys
        self._nonces = nonces
        self._clock = clock

    async def verify(self, request: SignedRequest, body: bytes, site_name: str) -> Signer:
        """Return who signed. Raises ``InvalidSignatureError``, or ``RedisError`` when Redis is unavailable.

        A request with the headers of both schemes is verified by RFC 9421, the stronger one.
        """
        is_rfc9421 = INPUT in request.headers or SIGNATURE in request.headers
        scheme = SignatureScheme.RFC9421 if is_rfc9421 else SignatureScheme.LEGACY
        site = await self._keys.of_site(site_name.replace("\0", ""))
        if site is None or scheme not in site.schemes:
            raise InvalidSignatureError("the site does not exist or does not accept the scheme")
        now_ms = self._clock()
        if is_rfc9421:
            signer = await self._verify_rfc9421(request, body, site, now_ms)
        else:
            key = check_legacy(read_legacy(request.headers), site.name, site.keys.values(), now_ms)
            signer = Signer(site, key, scheme, signed_body=False)
        now, last = utc(now_ms), signer.key.last_used_at
        if last is None or now - last >= _LAST_USED_PRECISION:
            await self._keys.set_last_used(signer.key, scheme, now)
        return signer

    async def _verify_rfc9421(self, request: SignedRequest, body: bytes, site: SiteSigningKeys, now_ms: int) -> Signer:
        verified = check_rfc9421(request, body, site.keys, now_ms)
        if not await self._nonces.is_first_use(site.id, verified.key.public, verified.nonce):
            raise InvalidSignatureError("the signature was already used; sign each request again")
        return Signer(site, verified.key, SignatureScheme.RFC9421, verified.signed_body)
