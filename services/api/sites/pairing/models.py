from enum import StrEnum
from typing import Annotated

from pydantic import Field, SerializeAsAny

from services.api.http.models import RequestModel, ResponseModel
from services.api.sites.keys.models import KeyName


class PairingKind(StrEnum):
    CODE = "code"
    """A one-time code, with which the device registers a key that never leaves it."""
    KEY = "key"
    """A private key, for clients that expect one. Everyone who sees the QR code has the key."""


class CreatePairing(RequestModel):
    kind: PairingKind = PairingKind.CODE
    name: KeyName = "paired device"
    """Name of the key in the list of the site's keys."""


class PairingPayload(ResponseModel):
    base_url: str
    """URL of the API."""
    site_id: str
    """Name of the site."""


class PairingCodePayload(PairingPayload):
    code: Annotated[str, Field(repr=False)]


class PairingKeyPayload(PairingPayload):
    private_key: Annotated[str, Field(repr=False)]
    """The seed of an Ed25519 key: 32 bytes in hexadecimal digits."""


class Pairing(ResponseModel):
    kind: PairingKind
    payload: SerializeAsAny[PairingCodePayload | PairingKeyPayload]
    """What a client needs. It is in this response only."""
    text: Annotated[str, Field(repr=False)]
    """The content of the QR code: `url` for a code, the payload as JSON for a key."""
    url: Annotated[str | None, Field(repr=False)]
    """Opening it pairs the browser. The code is in the fragment, which browsers do not send."""
    qr_svg: Annotated[str, Field(repr=False)]
    """The QR code as an SVG image, without styles or scripts."""
    expires_in: int | None
    """Seconds until the code expires; null for a key."""
