"""Making what a QR code for pairing holds."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.salts import Randomness
from services.api.accounts.auth.models import Caller
from services.api.sites.keys.models import NewCode, NewSiteKey
from services.api.sites.keys.service import SiteKeyService
from services.api.sites.pairing.models import CodePayload, KeyPayload, NewPairing, Pairing, PairingKind
from services.api.sites.pairing.qr import qr_svg

_SEED = 32
"""Bytes of an Ed25519 private key."""


class PairingService:
    def __init__(self, keys: SiteKeyService, random: Randomness) -> None:
        self._keys = keys
        self._random = random

    async def make(self, caller: Caller, site_name: str, base_url: str, wanted: NewPairing) -> Pairing:
        """Raises ``SiteNotFoundError``, ``TooManySiteKeysError``, or ``RedisError`` when Redis is away."""
        if wanted.kind is PairingKind.KEY:
            return await self._with_key(caller, site_name, base_url, wanted.name)
        made = await self._keys.make_code(caller, site_name, NewCode(name=wanted.name))
        url = f"{base_url}/pair/{made.site}#code={made.code}"
        return Pairing(
            kind=PairingKind.CODE,
            payload=CodePayload(base_url=base_url, site_id=made.site, code=made.code),
            text=url,
            url=url,
            qr_svg=qr_svg(url),
            expires_in=made.expires_in,
        )

    async def _with_key(self, caller: Caller, site_name: str, base_url: str, name: str) -> Pairing:
        """The private key is in the answer and nowhere else."""
        seed = self._random(_SEED)
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        await self._keys.make(caller, site_name, NewSiteKey(name=name, public_key_hex=public.hex()))
        payload = KeyPayload(base_url=base_url, site_id=site_name, private_key=seed.hex())
        text = payload.model_dump_json()
        return Pairing(kind=PairingKind.KEY, payload=payload, text=text, url=None, qr_svg=qr_svg(text), expires_in=None)
