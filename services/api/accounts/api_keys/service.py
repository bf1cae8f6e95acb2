"""Creates and revokes API keys, and finds the user of a key."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, parse_uuid, uuid7
from common.salts import Randomness
from common.store import Pool, load_queries
from services.api.accounts.api_keys.models import (
    ApiKey,
    ApiKeyNotFoundError,
    CreateApiKey,
    CreatedApiKey,
    InvalidApiKeyError,
)
from services.api.accounts.auth.models import Caller, Scope
from services.api.accounts.auth.service import KEY_PREFIX
from services.api.accounts.auth.tokens import hash_secret, new_secret

_SQL = load_queries(__package__)
_PREFIX_LENGTH = len(KEY_PREFIX) + 6
"""Characters that are stored to identify keys; the other 37 stay unknown."""
_LAST_USED_PRECISION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as it is stored. ``key_hash``: SHA-256, 32 bytes."""

    id: UUID
    user_id: UUID
    name: str
    key_hash: bytes
    scopes: tuple[Scope, ...]
    site_id: int | None
    prefix: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKeyUse:
    """A valid key that a request was sent with."""

    key_id: UUID
    caller: Caller
    last_used_at: datetime | None


class ApiKeyRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_user(self, user_id: UUID) -> list[ApiKey]:
        return [ApiKey(**row) for row in await self._pool.fetch(_SQL["api_keys"], user_id)]

    async def visible_site_id(self, caller: Caller, name: str) -> int | None:
        site_id: int | None = await self._pool.fetchval(_SQL["visible_site_id"], caller.is_admin, caller.id, name)
        return site_id

    async def add(self, key: ApiKeyRow) -> None:
        await self._pool.execute(*_SQL.bind("add_api_key", **asdict(key)))

    async def revoke(self, key_id: UUID, user_id: UUID, now: datetime) -> bool:
        """False when the user has no such key."""
        return await self._pool.fetchval(_SQL["revoke_api_key"], key_id, user_id, now) is not None

    async def by_hash(self, key_hash: bytes) -> ApiKeyUse | None:
        row = await self._pool.fetchrow(_SQL["caller_of_api_key"], key_hash)
        if row is None:
            return None
        scopes = frozenset(map(Scope, row["scopes"]))
        caller = Caller(row["id"], row["username"], row["is_admin"], scopes, row["site_id"])
        return ApiKeyUse(row["key_id"], caller, row["last_used_at"])

    async def set_last_used(self, key_id: UUID, now: datetime) -> None:
        await self._pool.execute(_SQL["set_last_used"], key_id, now)


class ApiKeyService:
    def __init__(self, keys: ApiKeyRepository, clock: Clock, random: Randomness) -> None:
        self._keys = keys
        self._clock = clock
        self._random = random

    async def of_user(self, caller: Caller) -> list[ApiKey]:
        """Raises ``LoginRequiredError``."""
        caller.check_is_login()
        return await self._keys.of_user(caller.id)

    async def create(self, caller: Caller, body: CreateApiKey) -> CreatedApiKey:
        """Raises ``LoginRequiredError`` or ``InvalidApiKeyError``."""
        caller.check_is_login()
        site_id = await self._site_id(caller, body)
        now_ms = self._clock()
        key = KEY_PREFIX + new_secret(self._random)
        row = ApiKeyRow(
            id=as_uuid(uuid7(now_ms, self._random(10))),
            user_id=caller.id,
            name=body.name,
            key_hash=hash_secret(key),
            scopes=tuple(sorted(body.scopes)),
            site_id=site_id,
            prefix=key[:_PREFIX_LENGTH],
            created_at=utc(now_ms),
        )
        await self._keys.add(row)
        return CreatedApiKey(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            scopes=row.scopes,
            site=body.site,
            created_at=row.created_at,
            last_used_at=None,
            key=key,
        )

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """Raises ``LoginRequiredError`` or ``ApiKeyNotFoundError``."""
        caller.check_is_login()
        found = parse_uuid(key_id)
        if found is None or not await self._keys.revoke(found, caller.id, utc(self._clock())):
            raise ApiKeyNotFoundError("you have no such API key")

    async def caller(self, key: str) -> Caller | None:
        """Return the user of a key, with its scopes; None for an invalid key."""
        use = await self._keys.by_hash(hash_secret(key))
        if use is None:
            return None
        now = utc(self._clock())
        if use.last_used_at is None or now - use.last_used_at >= _LAST_USED_PRECISION:
            await self._keys.set_last_used(use.key_id, now)
        return use.caller

    async def _site_id(self, caller: Caller, body: CreateApiKey) -> int | None:
        if body.site is None:
            return None
        if Scope.ADMIN in body.scopes:
            raise InvalidApiKeyError.for_field("scopes", "a key with the scope admin cannot be limited to one site")
        site_id = await self._keys.visible_site_id(caller, body.site.replace("\0", ""))
        if site_id is None:
            raise InvalidApiKeyError.for_field("site", "the site does not exist")
        return site_id
