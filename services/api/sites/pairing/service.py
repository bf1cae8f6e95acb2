"""Creates pairings and their QR codes."""

from io import BytesIO

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.salts import Randomness
from services.api.accounts.auth.models import Caller
from services.api.sites.keys.models import AddSiteKey, CreateRegistrationCode
from services.api.sites.keys.service import SiteKeyService
from services.api.sites.pairing.models import CreatePairing, Pairing, PairingCodePayload, PairingKeyPayload, PairingKind

_QUIET_ZONE = 4
"""Light modules around the code, as the standard requires."""


def qr_svg(text: str) -> str:
    """Return a QR code as SVG that every content security policy allows: without styles, scripts or external resources.

    It is dark on light on every background.
    """
    image = BytesIO()
    segno.make(text, error="m", micro=False).save(
        image, kind="svg", border=_QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None,
        omitsize=True, unit=None, nl=False, title="QR code for pairing",
    )  # fmt: skip
    return image.getvalue().decode()


_SEED_BYTES = 32
"""Length of an Ed25519 private key."""


class PairingService:
    def __init__(self, keys: SiteKeyService, random: Randomness) -> None:
        self._keys = keys
        self._random = random

    async def create(self, caller: Caller, site_name: str, base_url: str, body: CreatePairing) -> Pairing:
        """Raises ``SiteNotFoundError``, ``TooManySiteKeysError``, or ``RedisError`` when Redis is unavailable."""
        if body.kind is PairingKind.KEY:
            return await self._with_key(caller, site_name, base_url, body.name)
        created = await self._keys.create_code(caller, site_name, CreateRegistrationCode(name=body.name))
        url = f"{base_url}/pair/{created.site}#code={created.code}"
        return Pairing(
            kind=PairingKind.CODE,
            payload=PairingCodePayload(base_url=base_url, site_id=created.site, code=created.code),
            text=url,
            url=url,
            qr_svg=qr_svg(url),
            expires_in=created.expires_in,
        )

    async def _with_key(self, caller: Caller, site_name: str, base_url: str, name: str) -> Pairing:
        """Create a pairing with a private key, which is in the response and stored nowhere."""
        seed = self._random(_SEED_BYTES)
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        await self._keys.create(caller, site_name, AddSiteKey(name=name, public_key_hex=public.hex()))
        payload = PairingKeyPayload(base_url=base_url, site_id=site_name, private_key=seed.hex())
        text = payload.model_dump_json()
        return Pairing(kind=PairingKind.KEY, payload=payload, text=text, url=None, qr_svg=qr_svg(text), expires_in=None)
