"""The keys that may sign for a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.sites import Scheme
from common.store import Pool, load_queries

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that is not revoked. ``public``: 32 bytes."""

    id: UUID
    name: str
    public: bytes
    last_used_at: datetime | None

    def loaded(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)


@dataclass(frozen=True, slots=True)
class SignedSite:
    """A site as signatures see it."""

    id: int
    name: str
    schemes: frozenset[Scheme]
    keys: Mapping[str, SigningKey]
    """By the public key in lower case hexadecimal digits, which is also its ``keyid``."""


class SigningKeys:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, name: str) -> SignedSite | None:
        """None for a site that is not there, is being deleted, or has no keys."""
        rows = await self._pool.fetch(_SQL["signing_keys"], name)
        if not rows:
            return None
        keys = [SigningKey(row["key_id"], row["key_name"], row["public_key"], row["last_used_at"]) for row in rows]
        return SignedSite(
            rows[0]["site_id"],
            name,
            frozenset(map(Scheme, rows[0]["signature_schemes"])),
            {key.public.hex(): key for key in keys},
        )

    async def was_used(self, key: SigningKey, scheme: Scheme, now: datetime) -> None:
        await self._pool.execute(_SQL["key_was_used"], key.id, now, scheme.value)
