"""The keys that verify signatures, and the one error of all invalid signatures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.sites import SignatureScheme
from services.api.accounts.auth.models import UnauthenticatedError


class InvalidSignatureError(UnauthenticatedError):
    """The signature, or the site or key that it names, is invalid. The response is always the same.

    ``reason`` is for tests.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("the signature is invalid")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that is not revoked. ``public``: 32 bytes."""

    id: UUID
    name: str
    public: bytes
    last_used_at: datetime | None

    def loaded(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)


@dataclass(frozen=True, slots=True)
class SiteSigningKeys:
    """The keys of a site, and the schemes that it accepts."""

    id: int
    name: str
    schemes: frozenset[SignatureScheme]
    keys: Mapping[str, SigningKey]
    """By the public key in lower-case hexadecimal digits, which is also its ``keyid``."""
