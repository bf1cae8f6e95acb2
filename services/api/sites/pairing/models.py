from enum import StrEnum
from typing import Annotated

from pydantic import Field, SerializeAsAny

from services.api.http.models import RequestModel, ResponseModel
from services.api.sites.keys.models import KeyName


class PairingKind(StrEnum):
    CODE = "code"
    """A one-time code, with which the device registers a key that never leaves it."""
    KEY = "key"
    """A private key, for clients that expect one: whoever sees the QR code has it."""


class NewPairing(RequestModel):
    kind: PairingKind = PairingKind.CODE
    name: KeyName = "paired device"
    """What the key is called in the list of the site's keys."""


class Payload(ResponseModel):
    base_url: str
    """Where the API is."""
    site_id: str
    """Name of the site."""


class CodePayload(Payload):
    code: Annotated[str, Field(repr=False)]


class KeyPayload(Payload):
    private_key: Annotated[str, Field(repr=False)]
    """Ed25519: the seed of 32 bytes, in hexadecimal digits."""


class Pairing(ResponseModel):
    kind: PairingKind
    payload: SerializeAsAny[CodePayload | KeyPayload]
    """What a client needs. It is told in this answer and never again."""
    text: Annotated[str, Field(repr=False)]
    """What the QR code holds: the address `url` for a code, the payload as JSON for a key."""
    url: Annotated[str | None, Field(repr=False)]
    """Opened in a browser, pairs the browser. The code is behind its `#`, which browsers do not send."""
    qr_svg: Annotated[str, Field(repr=False)]
    """The QR code as an SVG image, without styles or scripts."""
    expires_in: int | None
    """Seconds that a code counts; null for a key."""
