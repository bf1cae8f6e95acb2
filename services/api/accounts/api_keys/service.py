"""Making API keys, revoking them, and telling whose a key is."""

from datetime import timedelta
from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.accounts.api_keys.errors import KeyNotFoundError, UnusableKeyError
from services.api.accounts.api_keys.models import KeyView, MadeKey, NewKey
from services.api.accounts.api_keys.repository import KeyRepository, KeyRow
from services.api.accounts.auth.models import Caller, Scope
from services.api.accounts.auth.secrets import hash_secret, new_secret
from services.api.accounts.auth.service import KEY_PREFIX
from services.api.http.errors import wrong_field

_SHOWN = len(KEY_PREFIX) + 6
"""Characters by which people tell their keys apart; 37 others stay unknown."""
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


class KeyService:
    def __init__(self, keys: KeyRepository, clock: Clock, random: Randomness) -> None:
        self._keys = keys
        self._clock = clock
        self._random = random

    async def of_user(self, caller: Caller) -> list[KeyView]:
        """Raises ``LoginNeededError``."""
        caller.check_is_login()
        return await self._keys.of_user(caller.id)

    async def make(self, caller: Caller, wanted: NewKey) -> MadeKey:
        """Raises ``LoginNeededError`` or ``UnusableKeyError``."""
        caller.check_is_login()
        site_id = await self._site_of(caller, wanted)
        now_ms = self._clock()
        key = KEY_PREFIX + new_secret(self._random)
        row = KeyRow(
            as_uuid(uuid7(now_ms, self._random(10))),
            caller.id,
            wanted.name,
            hash_secret(key),
            tuple(sorted(wanted.scopes)),
            site_id,
            key[:_SHOWN],
            utc(now_ms),
        )
        await self._keys.add(row)
        return MadeKey(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            scopes=row.scopes,
            site=wanted.site,
            created_at=row.created_at,
            last_used_at=None,
            key=key,
        )

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """Raises ``LoginNeededError`` or ``KeyNotFoundError``."""
        caller.check_is_login()
        number = _uuid(key_id)
        if number is None or not await self._keys.revoke(number, caller.id, utc(self._clock())):
            raise KeyNotFoundError("you have no such API key")

    async def caller(self, key: str) -> Caller | None:
        """In whose name the key speaks; None for a key that does not count."""
        use = await self._keys.by_hash(hash_secret(key))
        if use is None:
            return None
        now = utc(self._clock())
        if use.last_used_at is None or now - use.last_used_at >= _USE_IS_NOTED_EVERY:
            await self._keys.was_used(use.key_id, now)
        return use.caller

    async def _site_of(self, caller: Caller, wanted: NewKey) -> int | None:
        if wanted.site is None:
            return None
        if Scope.ADMIN in wanted.scopes:
            detail, wrong = wrong_field("scopes", "a key that may everything cannot be for one site only")
            raise UnusableKeyError(detail, wrong=wrong)
        site_id = await self._keys.visible_site(caller, wanted.site.replace("\0", ""))
        if site_id is None:
            detail, wrong = wrong_field("site", "there is no such site")
            raise UnusableKeyError(detail, wrong=wrong)
        return site_id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
