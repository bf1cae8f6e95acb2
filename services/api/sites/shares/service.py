"""What can be done with share links."""

from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.passwords import PasswordHasher
from common.salts import Randomness
from services.api.accounts.auth.login_throttle import LoginThrottle
from services.api.accounts.auth.models import Caller, UnauthenticatedError
from services.api.accounts.auth.tokens import hash_secret, new_secret
from services.api.sites.service import SiteService
from services.api.sites.shares.errors import ShareNotFoundError, SharePasswordNeededError
from services.api.sites.shares.models import MadeShare, NewShare, OpenedShare, OpenShare, ShareView
from services.api.sites.shares.repository import KnownShare, ShareRepository, ShareRow
from services.api.sites.shares.tokens import ViewingTokens


class ShareService:
    def __init__(
        self,
        shares: ShareRepository,
        sites: SiteService,
        tokens: ViewingTokens,
        passwords: PasswordHasher,
        backoff: LoginThrottle,
        clock: Clock,
        random: Randomness,
    ) -> None:
        self._shares = shares
        self._sites = sites
        self._tokens = tokens
        self._passwords = passwords
        self._backoff = backoff
        self._clock = clock
        self._random = random

    async def of_site(self, caller: Caller, name: str) -> list[ShareView]:
        """Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        return await self._shares.of_site(site.id)

    async def make(self, caller: Caller, name: str, wanted: NewShare) -> MadeShare:
        """Raises ``SiteNotFoundError``."""
        site = await self._sites.get(caller, name)
        now_ms, token = self._clock(), new_secret(self._random)
        row = ShareRow(
            as_uuid(uuid7(now_ms, self._random(10))),
            site.id,
            wanted.name,
            hash_secret(token),
            await self._passwords.hash(wanted.password) if wanted.password else None,
            caller.id,
            utc(now_ms),
        )
        await self._shares.add(row)
        return MadeShare(
            id=row.id,
            name=row.name,
            has_password=row.password_hash is not None,
            created_by=caller.username,
            created_at=row.created_at,
            token=token,
        )

    async def revoke(self, caller: Caller, name: str, share_id: str) -> None:
        """Whoever looks on by it sees nothing from now on. Raises ``SiteNotFoundError``, ``ShareNotFoundError``."""
        site = await self._sites.get(caller, name)
        try:
            number = UUID(share_id)
        except ValueError:
            number = None
        if number is None or not await self._shares.revoke(number, site.id, utc(self._clock())):
            raise ShareNotFoundError("the site has no such share link")

    async def open(self, wanted: OpenShare, ip: str) -> OpenedShare:
        """Raises ``ShareNotFoundError``, ``SharePasswordNeededError`` or ``TooManyAttemptsError``."""
        share = await self._shares.by_token(hash_secret(wanted.token))
        if share is None:
            raise ShareNotFoundError("there is no such share link; it may have been revoked")
        if share.password_hash is not None:
            await self._check_password(share, wanted.password, ip)
        return OpenedShare(
            site=share.site, access_token=self._tokens.issue(share.id), expires_in=self._tokens.lifetime_seconds
        )

    async def shared_site(self, viewing_token: str) -> int:
        """The site that an opened link shows. Raises ``UnauthenticatedError``, also when the link was revoked."""
        site_id = await self._shares.site_of(self._tokens.read(viewing_token))
        if site_id is None:
            raise UnauthenticatedError("the share link was revoked")
        return site_id

    async def _check_password(self, share: KnownShare, password: str | None, ip: str) -> None:
        if not password:
            raise SharePasswordNeededError("this share link has a password; send it as well")
        attempt = await self._backoff.begin(f"share:{share.id}", ip)
        if not await self._passwords.verify(password, share.password_hash):
            raise SharePasswordNeededError("this is not the password of the share link")
        await self._backoff.succeeded(attempt)
