"""Adds and revokes the signing keys of sites, and creates one-time codes for them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from common.clock import Clock, utc
from common.ids import as_uuid, parse_uuid, uuid7
from common.salts import Randomness
from common.store import Pool, load_queries
from services.api.accounts.auth.models import Caller, UnauthenticatedError
from services.api.sites.keys.codes import LIFETIME, RegistrationCodes, RegistrationGrant
from services.api.sites.keys.models import (
    AddSiteKey,
    CreateRegistrationCode,
    RegistrationCode,
    SiteKey,
    SiteKeyExistsError,
    SiteKeyNotFoundError,
    TooManySiteKeysError,
)
from services.api.sites.service import SiteService

MAX_KEYS = 50
"""Keys of a site; the older signature scheme tries them one by one."""
_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class SiteKeyRow:
    """A key as it is stored. ``public_key``: 32 bytes."""

    id: UUID
    site_id: int
    name: str
    public_key: bytes
    created_by: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AddedKey:
    row: SiteKeyRow
    replaced: int
    """How many other keys were revoked for it."""


class SiteKeyRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[SiteKey]:
        return [SiteKey(**row) for row in await self._pool.fetch(_SQL["site_keys"], site_id)]

    async def add(
        self, key: SiteKeyRow, max_keys: int, replaced: UUID | None = None, *, replace_all: bool = False
    ) -> int | None:
        """Add a key, in place of the key ``replaced`` or of all keys. Return how many it replaced.

        Returns None, and adds nothing, when ``replaced`` is already revoked. Raises ``asyncpg.UniqueViolationError``
        when the site has or had the key, and ``LookupError`` when it already has ``max_keys`` keys.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            # Serialized by site, so that two at once cannot exceed the limit.
            await connection.fetchval(_SQL["lock_site"], key.site_id)
            revoked = await connection.fetch(
                _SQL["revoke_other_keys"], key.site_id, replaced, replace_all, key.public_key, key.created_at
            )
            if replaced and not revoked:
                return None
            if await connection.fetchval(_SQL["count_site_keys"], key.site_id) >= max_keys:
                raise LookupError(max_keys)
            await connection.execute(*_SQL.bind("add_site_key", **asdict(key)))
        return len(revoked)

    async def revoke(self, key_id: UUID, site_id: int, now: datetime) -> bool:
        """False when the site has no such key."""
        return await self._pool.fetchval(_SQL["revoke_site_key"], key_id, site_id, now) is not None


class SiteKeyService:
    def __init__(
        self, keys: SiteKeyRepository, sites: SiteService, codes: RegistrationCodes, clock: Clock, random: Randomness
    ) -> None:
        self._keys = keys
        self._sites = sites
        self._codes = codes
        self._clock = clock
        self._random = random

    async def of_site(self, caller: Caller, name: str) -> list[SiteKey]:
        """Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        return await self._keys.of_site(site.id)

    async def create(self, caller: Caller, name: str, body: AddSiteKey) -> SiteKey:
        """Raises ``SiteNotFoundError``, ``SiteKeyExistsError`` or ``TooManySiteKeysError``."""
        site = await self._sites.get(caller, name)
        row = (await self.add(site.id, body.name, body.public_key_hex, caller.id)).row
        return SiteKey(
            id=row.id,
            name=row.name,
            public_key_hex=body.public_key_hex,
            created_by=caller.username,
            created_at=row.created_at,
            last_used_at=None,
            last_scheme=None,
        )

    async def revoke(self, caller: Caller, name: str, key_id: str) -> None:
        """Reject signatures of the key from now on. Raises ``SiteNotFoundError`` or ``SiteKeyNotFoundError``."""
        site = await self._sites.get(caller, name)
        found = parse_uuid(key_id)
        if found is None or not await self._keys.revoke(found, site.id, utc(self._clock())):
            raise SiteKeyNotFoundError("the site has no such key")

    async def create_code(self, caller: Caller, name: str, body: CreateRegistrationCode) -> RegistrationCode:
        """Raises ``SiteNotFoundError``, or ``RedisError`` when Redis is unavailable."""
        site = await self._sites.get(caller, name)
        code = await self._codes.create(site.name, RegistrationGrant(site.id, caller.id, caller.username, body.name))
        return RegistrationCode(code=code, site=site.name, expires_in=int(LIFETIME.total_seconds()))

    async def add(
        self,
        site_id: int,
        name: str,
        public_key_hex: str,
        user_id: UUID | None,
        *,
        replaced: UUID | None = None,
        replace_all: bool = False,
    ) -> AddedKey:
        """Add a key, in place of the key ``replaced`` or of all keys.

        Raises ``SiteKeyExistsError``, ``TooManySiteKeysError``, or ``UnauthenticatedError`` when ``replaced`` is
        already revoked.
        """
        now_ms = self._clock()
        row = SiteKeyRow(
            as_uuid(uuid7(now_ms, self._random(10))),
            site_id,
            name,
            bytes.fromhex(public_key_hex),
            user_id,
            utc(now_ms),
        )
        try:
            revoked = await self._keys.add(row, MAX_KEYS, replaced, replace_all=replace_all)
        except asyncpg.UniqueViolationError:
            raise SiteKeyExistsError.for_field(
                "public_key_hex", "the site has or had this key; generate another one"
            ) from None
        except LookupError:
            raise TooManySiteKeysError(f"a site can have {MAX_KEYS} keys; revoke one that is not used") from None
        if revoked is None:
            raise UnauthenticatedError("the key that signed the request was revoked")
        return AddedKey(row, revoked)
