"""Telling whose signature a request bears."""

from dataclasses import dataclass
from datetime import timedelta

from common.clock import Clock, utc
from common.sites import Scheme
from services.api.accounts.signatures.errors import SignatureRefusedError
from services.api.accounts.signatures.keys import SignedSite, SigningKey, SigningKeys
from services.api.accounts.signatures.legacy import check_legacy, read_legacy
from services.api.accounts.signatures.nonces import Nonces
from services.api.accounts.signatures.rfc9421 import INPUT, SIGNATURE, Message, check_rfc9421

_USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Signer:
    site: SignedSite
    key: SigningKey
    scheme: Scheme
    signed_body: bool
    """Whether what was sent is signed as well."""


class SignedAccess:
    def __init__(self, keys: SigningKeys, nonces: Nonces, clock: Clock) -> None:
        self._keys = keys
        self._nonces = nonces
        self._clock = clock

    async def signer(self, message: Message, body: bytes, site_name: str) -> Signer:
        """Who signed for the site. Raises ``SignatureRefusedError``, or ``RedisError`` when Redis is away.

        A request with the headers of both schemes is judged by the stronger one.
        """
        scheme = Scheme.RFC9421 if INPUT in message.headers or SIGNATURE in message.headers else Scheme.LEGACY
        site = await self._keys.of_site(site_name.replace("\0", ""))
        if site is None or scheme not in site.schemes:
            raise SignatureRefusedError("no such site, or not by this scheme")
        now_ms = self._clock()
        signer = (
            await self._by_rfc9421(message, body, site, now_ms)
            if scheme is Scheme.RFC9421
            else Signer(
                site,
                check_legacy(read_legacy(message.headers), site.name, site.keys.values(), now_ms),
                scheme,
                signed_body=False,
            )
        )
        now, last = utc(now_ms), signer.key.last_used_at
        if last is None or now - last >= _USE_IS_NOTED_EVERY:
            await self._keys.was_used(signer.key, scheme, now)
        return signer

    async def _by_rfc9421(self, message: Message, body: bytes, site: SignedSite, now_ms: int) -> Signer:
        proof = check_rfc9421(message, body, site.keys, now_ms)
        if not await self._nonces.is_first(site.id, proof.key.public, proof.nonce):
            raise SignatureRefusedError("replayed")
        return Signer(site, proof.key, Scheme.RFC9421, proof.signed_body)
