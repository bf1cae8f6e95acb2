"""Models of signing keys, and the check of public keys."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from common.sites import SignatureScheme
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel, check_printable

_SIGN = 0x80
_SMALL = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Points of small order, without their sign: anyone can forge signatures for them."""


def check_public_key(text: str) -> str:
    """Return the key, 64 hexadecimal digits, in lower case. Raises ``ValueError``."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != 32 or len(text) != 64:
        raise ValueError("use 64 hexadecimal digits: an Ed25519 public key of 32 bytes")
    if raw[:31] + bytes([raw[31] & ~_SIGN]) in _SMALL:
        raise ValueError("signatures of this key can be forged; generate another one")
    return raw.hex()


class SiteKeyNotFoundError(ApiError):
    """The site has no such key, or it is revoked."""


class SiteKeyExistsError(ApiError):
    """The site has or had this key: a revoked key cannot be added again."""


class TooManySiteKeysError(ApiError):
    """The site has the maximum number of keys."""


PublicKey = Annotated[str, Field(max_length=100), AfterValidator(check_public_key)]
KeyName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(check_printable)]
UNNAMED = "unnamed"


class AddSiteKey(RequestModel):
    name: KeyName
    """The user or device that has the key."""
    public_key_hex: PublicKey
    """Ed25519, 64 hexadecimal digits."""


class SiteKey(ResponseModel):
    id: UUID
    name: str
    public_key_hex: str
    """Also the `keyid` of its signatures."""
    created_by: str | None
    """Username of the user who added it; null for a deleted user."""
    created_at: datetime
    last_used_at: datetime | None
    """Accurate to the minute."""
    last_scheme: SignatureScheme | None
    """The signature scheme of its last use."""


class SiteKeyList(ResponseModel):
    keys: tuple[SiteKey, ...]


class CreateRegistrationCode(RequestModel):
    name: KeyName = UNNAMED
    """Name of the key that is registered with the code, unless the registration has a name."""


class RegistrationCode(ResponseModel):
    code: Annotated[str, Field(repr=False)]
    """Registers one key, once. The code is in this response only."""
    site: str
    expires_in: int
    """Seconds."""


class RegisterQuery(RequestModel):
    force: bool = False
    """Replace existing keys: all keys of the site if a user sends the request, otherwise the key that signed it."""


class RegisterKey(RequestModel):
    site_id: Annotated[str, Field(max_length=100)]
    """Name of the site."""
    public_key_hex: PublicKey
    name: KeyName | None = None
    """The user or device that has the key."""
    code: Annotated[str | None, Field(max_length=200, repr=False)] = None
    """A one-time code. It can be sent as `Authorization: Bearer` instead."""


class RegisteredKey(ResponseModel):
    status: Literal["ok"] = "ok"
    """For clients of the older API, as is `message`."""
    message: Literal["Public key registered"] = "Public key registered"
    id: UUID
    site_id: str
    name: str
    public_key_hex: str
    """Also the `keyid` of its signatures."""
    schemes: tuple[SignatureScheme, ...]
    """The signature schemes that the site accepts."""
    replaced: int
    """How many other keys it replaced."""
