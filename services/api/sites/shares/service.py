"""Creates, opens and revokes share links."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, parse_uuid, uuid7
from common.passwords import PasswordHasher
from common.salts import Randomness
from common.store import Pool, load_queries
from services.api.accounts.auth.login_throttle import LoginThrottle
from services.api.accounts.auth.models import Caller, UnauthenticatedError
from services.api.accounts.auth.tokens import AccessTokens, hash_secret, new_secret
from services.api.sites.service import SiteService
from services.api.sites.shares.models import (
    CreatedShareLink,
    CreateShareLink,
    OpenedShareLink,
    OpenShareLink,
    ShareLink,
    ShareLinkNotFoundError,
    SharePasswordRequiredError,
)

PREFIX = "uvs_"
AUDIENCE = "pyuniqvisit-shares"
_SQL = load_queries(__package__)


class ShareTokens:
    """Access tokens of opened share links. A prefix distinguishes them from the access tokens of users.

    ``signed``: issues and verifies tokens for ``AUDIENCE``; their subject is a share link.
    """

    def __init__(self, signed: AccessTokens) -> None:
        self._signed = signed
        self.lifetime_seconds = signed.lifetime_seconds

    def issue(self, share_id: UUID) -> str:
        return PREFIX + self._signed.issue(share_id)

    def verify(self, token: str) -> UUID:
        """Return the id of the share link. Raises ``UnauthenticatedError``."""
        if not is_share_token(token):
            raise UnauthenticatedError("this is not the token of a share link")
        return self._signed.verify(token.removeprefix(PREFIX)).user_id


def is_share_token(token: str) -> bool:
    return token.startswith(PREFIX)


@dataclass(frozen=True, slots=True)
class ShareLinkRow:
    """A link as it is stored. ``token_hash``: SHA-256, 32 bytes."""

    id: UUID
    site_id: int
    name: str
    token_hash: bytes
    password_hash: str | None
    created_by: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredShareLink:
    """A valid link that is being opened."""

    id: UUID
    site: str
    password_hash: str | None


class ShareLinkRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_site(self, site_id: int) -> list[ShareLink]:
        return [ShareLink(**row) for row in await self._pool.fetch(_SQL["share_links"], site_id)]

    async def add(self, link: ShareLinkRow) -> None:
        await self._pool.execute(*_SQL.bind("add_share_link", **asdict(link)))

    async def revoke(self, link_id: UUID, site_id: int, now: datetime) -> bool:
        """False when the site has no such link."""
        return await self._pool.fetchval(_SQL["revoke_share_link"], link_id, site_id, now) is not None

    async def by_token(self, token_hash: bytes) -> StoredShareLink | None:
        row = await self._pool.fetchrow(_SQL["share_link_by_token"], token_hash)
        return StoredShareLink(**row) if row else None

    async def site_of(self, link_id: UUID) -> int | None:
        """Return the site of the link; None when the link is revoked or the site deleted."""
        site_id: int | None = await self._pool.fetchval(_SQL["site_of_share_link"], link_id)
        return site_id


class ShareLinkService:
    def __init__(
        self,
        links: ShareLinkRepository,
        sites: SiteService,
        tokens: ShareTokens,
        passwords: PasswordHasher,
        throttle: LoginThrottle,
        clock: Clock,
        random: Randomness,
    ) -> None:
        self._links = links
        self._sites = sites
        self._tokens = tokens
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock
        self._random = random

    async def of_site(self, caller: Caller, name: str) -> list[ShareLink]:
        """Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        return await self._links.of_site(site.id)

    async def create(self, caller: Caller, name: str, body: CreateShareLink) -> CreatedShareLink:
        """Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        now_ms, token = self._clock(), new_secret(self._random)
        row = ShareLinkRow(
            id=as_uuid(uuid7(now_ms, self._random(10))),
            site_id=site.id,
            name=body.name,
            token_hash=hash_secret(token),
            password_hash=await self._passwords.hash(body.password) if body.password else None,
            created_by=caller.id,
            created_at=utc(now_ms),
        )
        await self._links.add(row)
        return CreatedShareLink(
            id=row.id,
            name=row.name,
            has_password=row.password_hash is not None,
            created_by=caller.username,
            created_at=row.created_at,
            token=token,
        )

    async def revoke(self, caller: Caller, name: str, link_id: str) -> None:
        """Reject the link and its tokens from now on. Raises ``SiteNotFoundError`` or ``ShareLinkNotFoundError``."""
        site = await self._sites.get(caller, name)
        found = parse_uuid(link_id)
        if found is None or not await self._links.revoke(found, site.id, utc(self._clock())):
            raise ShareLinkNotFoundError("the site has no such share link")

    async def open(self, body: OpenShareLink, ip: str) -> OpenedShareLink:
        """Raises ``ShareLinkNotFoundError``, ``SharePasswordRequiredError`` or ``TooManyAttemptsError``."""
        link = await self._links.by_token(hash_secret(body.token))
        if link is None:
            raise ShareLinkNotFoundError("the share link does not exist or was revoked")
        if link.password_hash is not None:
            await self._check_password(link, body.password, ip)
        return OpenedShareLink(
            site=link.site, access_token=self._tokens.issue(link.id), expires_in=self._tokens.lifetime_seconds
        )

    async def shared_site(self, token: str) -> int:
        """Return the site of a share token. Raises ``UnauthenticatedError``, also when the link was revoked."""
        site_id = await self._links.site_of(self._tokens.verify(token))
        if site_id is None:
            raise UnauthenticatedError("the share link was revoked")
        return site_id

    async def _check_password(self, link: StoredShareLink, password: str | None, ip: str) -> None:
        if not password:
            raise SharePasswordRequiredError("the share link requires a password")
        attempt = await self._throttle.begin(f"share:{link.id}", ip)
        if not await self._passwords.verify(password, link.password_hash):
            raise SharePasswordRequiredError("the password of the share link is incorrect")
        await self._throttle.succeeded(attempt)
