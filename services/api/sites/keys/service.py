"""What can be done with sites' keys."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.accounts.auth.models import Caller, UnauthenticatedError
from services.api.sites.keys.codes import LIFE, Codes, Invitation
from services.api.sites.keys.errors import SiteKeyKnownError, SiteKeyNotFoundError, TooManySiteKeysError
from services.api.sites.keys.models import MadeCode, NewCode, NewSiteKey, SiteKeyView
from services.api.sites.keys.repository import SiteKeyRepository, SiteKeyRow
from services.api.sites.service import SiteService

MOST = 50
"""Keys of a site; the older scheme tries one after another."""


@dataclass(frozen=True, slots=True)
class Added:
    row: SiteKeyRow
    replaced: int
    """How many other keys were revoked for it."""


class SiteKeyService:
    def __init__(
        self, keys: SiteKeyRepository, sites: SiteService, codes: Codes, clock: Clock, random: Randomness
    ) -> None:
        self._keys = keys
        self._sites = sites
        self._codes = codes
        self._clock = clock
        self._random = random

    async def of_site(self, caller: Caller, name: str) -> list[SiteKeyView]:
        """Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        return await self._keys.of_site(site.id)

    async def make(self, caller: Caller, name: str, wanted: NewSiteKey) -> SiteKeyView:
        """Raises ``SiteNotFoundError``, ``SiteKeyKnownError`` or ``TooManySiteKeysError``."""
        site = await self._sites.get(caller, name)
        row = (await self.add(site.id, wanted.name, wanted.public_key_hex, caller.id)).row
        return SiteKeyView(
            id=row.id,
            name=row.name,
            public_key_hex=wanted.public_key_hex,
            created_by=caller.username,
            created_at=row.created_at,
            last_used_at=None,
            last_scheme=None,
        )

    async def revoke(self, caller: Caller, name: str, key_id: str) -> None:
        """What it signs opens nothing from now on. Raises ``SiteNotFoundError`` or ``SiteKeyNotFoundError``."""
        site = await self._sites.get(caller, name)
        try:
            number = UUID(key_id)
        except ValueError:
            number = None
        if number is None or not await self._keys.revoke(number, site.id, utc(self._clock())):
            raise SiteKeyNotFoundError("the site has no such key")

    async def make_code(self, caller: Caller, name: str, wanted: NewCode) -> MadeCode:
        """Raises ``SiteNotFoundError``, or ``RedisError`` when Redis is away."""
        site = await self._sites.get(caller, name)
        code = await self._codes.make(site.name, Invitation(site.id, caller.id, caller.username, wanted.name))
        return MadeCode(code=code, site=site.name, expires_in=int(LIFE.total_seconds()))

    async def add(
        self,
        site_id: int,
        name: str,
        public_key_hex: str,
        user_id: UUID | None,
        *,
        replaced: UUID | None = None,
        replace_all: bool = False,
    ) -> Added:
        """Raises ``SiteKeyKnownError``, ``TooManySiteKeysError``, or ``UnauthenticatedError`` when the key
        ``replaced`` was revoked meanwhile.
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
            gone = await self._keys.add(row, MOST, replaced, replace_all=replace_all)
        except asyncpg.UniqueViolationError:
            raise SiteKeyKnownError.for_field(
                "public_key_hex", "the site has or had this very key; make another one"
            ) from None
        except LookupError:
            raise TooManySiteKeysError(f"a site may have {MOST} keys; revoke one that is not used") from None
        if gone is None:
            raise UnauthenticatedError("the key that signed was revoked")
        return Added(row, gone)
