"""Letting a key in that comes by itself: with a user of the site, with a one-time code, or with the key it replaces."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from common.sites import SignatureScheme
from services.api.accounts.auth.models import Caller, UnauthenticatedError
from services.api.accounts.signatures.service import Signer
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.keys.codes import Codes
from services.api.sites.keys.errors import SiteKeyKnownError
from services.api.sites.keys.models import UNNAMED, RegisteredKey, RegisterKey
from services.api.sites.keys.service import Added, SiteKeyService
from services.api.sites.service import SiteService

CallerOf = Callable[[UUID], Awaitable[Caller | None]]
"""A user by number; None for one who is gone or may not log in."""


@dataclass(frozen=True, slots=True)
class Registered:
    key: RegisteredKey
    by: Caller
    """Who let it in, for the audit log."""


class Registration:
    def __init__(self, keys: SiteKeyService, sites: SiteService, codes: Codes, caller_of: CallerOf) -> None:
        self._keys = keys
        self._sites = sites
        self._codes = codes
        self._caller_of = caller_of

    async def by_user(self, caller: Caller, wanted: RegisterKey, *, force: bool) -> Registered:
        """With ``force`` in place of all the site's keys.

        Raises ``SiteNotFoundError``, and what ``SiteKeyService.add`` raises.
        """
        site = await self._sites.get(caller, wanted.site_id)
        added = await self._keys.add(
            site.id, wanted.name or UNNAMED, wanted.public_key_hex, caller.id, replace_all=force
        )
        return Registered(_view(added, wanted, site.signature_schemes), caller)

    async def by_code(self, code: str, wanted: RegisterKey) -> Registered:
        """Raises ``UnauthenticatedError`` for a code that does not count, and what ``SiteKeyService.add`` raises."""
        invitation = await self._codes.take(wanted.site_id, code)
        caller = await self._caller_of(invitation.user_id) if invitation else None
        if invitation is None or caller is None:
            raise _no_code()
        try:
            site = await self._sites.get(caller, wanted.site_id)
        except SiteNotFoundError:
            raise _no_code() from None
        # Another site may have got the name since.
        if site.id != invitation.site_id:
            raise _no_code()
        added = await self._keys.add(site.id, wanted.name or invitation.name, wanted.public_key_hex, caller.id)
        return Registered(_view(added, wanted, site.signature_schemes), caller)

    async def by_old_key(self, signer: Signer, wanted: RegisterKey) -> Registered:
        """In place of the key that signed the request.

        Raises ``UnauthenticatedError`` for a signature that does not say what is sent, and what
        ``SiteKeyService.add`` raises.
        """
        if signer.scheme is not SignatureScheme.RFC9421 or not signer.signed_body:
            # Whoever saw such a signature could send a key of their own with it.
            raise UnauthenticatedError("the old key has to sign what is sent: by RFC 9421, with content-digest")
        if wanted.public_key_hex == signer.key.public.hex():
            raise SiteKeyKnownError("this is the key that signed")
        added = await self._keys.add(
            signer.site.id, wanted.name or signer.key.name, wanted.public_key_hex, None, replaced=signer.key.id
        )
        by = Caller(signer.key.id, f"key {signer.key.name}", is_admin=False)
        return Registered(_view(added, wanted, signer.site.schemes), by)


def _no_code() -> UnauthenticatedError:
    return UnauthenticatedError("the code does not count: it is used, too old, or another site's")


def _view(added: Added, wanted: RegisterKey, schemes: Collection[SignatureScheme]) -> RegisteredKey:
    return RegisteredKey(
        id=added.row.id,
        site_id=wanted.site_id,
        name=added.row.name,
        public_key_hex=wanted.public_key_hex,
        schemes=tuple(sorted(schemes)),
        replaced=added.replaced,
    )
