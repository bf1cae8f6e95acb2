"""Registers a key: for a user of the site, with a one-time code, or with a signature of the key that it replaces."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from common.sites import SignatureScheme
from services.api.accounts.auth.models import Caller, UnauthenticatedError
from services.api.accounts.signatures.service import Signer
from services.api.sites.keys.codes import RegistrationCodes
from services.api.sites.keys.models import UNNAMED, RegisteredKey, RegisterKey, SiteKeyExistsError
from services.api.sites.keys.service import AddedKey, SiteKeyService
from services.api.sites.models import SiteNotFoundError
from services.api.sites.service import SiteService

CallerById = Callable[[UUID], Awaitable[Caller | None]]
"""Returns a user by id; None for a deleted or disabled user."""


@dataclass(frozen=True, slots=True)
class KeyRegistration:
    key: RegisteredKey
    actor: Caller
    """Who registered the key, for the audit log."""


class KeyRegistrationService:
    def __init__(
        self, keys: SiteKeyService, sites: SiteService, codes: RegistrationCodes, caller_by_id: CallerById
    ) -> None:
        self._keys = keys
        self._sites = sites
        self._codes = codes
        self._caller_by_id = caller_by_id

    async def by_user(self, caller: Caller, body: RegisterKey, *, force: bool) -> KeyRegistration:
        """Register a key for a user of the site; with ``force``, in place of all other keys.

        Raises ``SiteNotFoundError``, and what ``SiteKeyService.add`` raises.
        """
        site = await self._sites.get(caller, body.site_id)
        added = await self._keys.add(site.id, body.name or UNNAMED, body.public_key_hex, caller.id, replace_all=force)
        return KeyRegistration(_registered(added, body, site.signature_schemes), caller)

    async def by_code(self, code: str, body: RegisterKey) -> KeyRegistration:
        """Raises ``UnauthenticatedError`` for an invalid code, and what ``SiteKeyService.add`` raises."""
        grant = await self._codes.redeem(body.site_id, code)
        caller = await self._caller_by_id(grant.user_id) if grant else None
        if grant is None or caller is None:
            raise _invalid_code()
        try:
            site = await self._sites.get(caller, body.site_id)
        except SiteNotFoundError:
            raise _invalid_code() from None
        # A new site may have the name of a deleted one.
        if site.id != grant.site_id:
            raise _invalid_code()
        added = await self._keys.add(site.id, body.name or grant.name, body.public_key_hex, caller.id)
        return KeyRegistration(_registered(added, body, site.signature_schemes), caller)

    async def by_old_key(self, signer: Signer, body: RegisterKey) -> KeyRegistration:
        """Register a key in place of the key that signed the request.

        Raises ``UnauthenticatedError`` for a signature that does not cover the body, and what
        ``SiteKeyService.add`` raises.
        """
        if signer.scheme is not SignatureScheme.RFC9421 or not signer.signed_body:
            # Otherwise a copied signature could be sent with a different key.
            raise UnauthenticatedError("the old key must sign the body: by RFC 9421, with content-digest")
        if body.public_key_hex == signer.key.public.hex():
            raise SiteKeyExistsError("this is the key that signed the request")
        added = await self._keys.add(
            signer.site.id, body.name or signer.key.name, body.public_key_hex, None, replaced=signer.key.id
        )
        actor = Caller(signer.key.id, f"key {signer.key.name}", is_admin=False)
        return KeyRegistration(_registered(added, body, signer.site.schemes), actor)


def _invalid_code() -> UnauthenticatedError:
    return UnauthenticatedError("the code is invalid: it was used, has expired, or is for another site")


def _registered(added: AddedKey, body: RegisterKey, schemes: Collection[SignatureScheme]) -> RegisteredKey:
    return RegisteredKey(
        id=added.row.id,
        site_id=body.site_id,
        name=added.row.name,
        public_key_hex=body.public_key_hex,
        schemes=tuple(sorted(schemes)),
        replaced=added.replaced,
    )
