"""HTTP Message Signatures (RFC 9421) with Ed25519: what must be signed, and how long a signature is valid.

A signature covers `@method`, `@path` and `@query`, and `content-digest` (RFC 9530) where there is a body; `@authority`
and other fields can be covered as well, and must then match. Required parameters are `created`, `keyid` (the public key
in hexadecimal digits) and `nonce`; `expires` can shorten the validity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from http_message_signatures import HTTPMessageVerifier
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException, InvalidSignature
from http_message_signatures.resolvers import HTTPSignatureKeyResolver
from multidict import CIMultiDictProxy

from services.api.accounts.signatures.models import InvalidSignatureError, SigningKey

INPUT = "Signature-Input"
SIGNATURE = "Signature"
TOLERANCE = timedelta(seconds=300)
"""Between `created` and now, in either direction: the clocks of phones can be wrong."""
COVERED = ("@method", "@path", "@query")
_MAX_LENGTH = 4_096
"""Characters of both headers together."""
_NONCE_LENGTHS = range(16, 129)
"""Shorter nonces could repeat by chance."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it was received. ``url``: absolute, with path and query exactly as sent."""

    method: str
    url: str
    headers: CIMultiDictProxy[str]


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A correct signature. It is valid only if its nonce was not used before."""

    key: SigningKey
    nonce: str
    signed_body: bool
    """Whether the signature covers the body, even an empty one."""


def check_rfc9421(
    message: SignedRequest, body: bytes, keys: Mapping[str, SigningKey], now_ms: int
) -> VerifiedSignature:
    """Verify the signature. ``keys``: by their ``keyid``. Raises ``InvalidSignatureError``."""
    if sum(len(text) for name in (INPUT, SIGNATURE) for text in message.headers.getall(name, ())) > _MAX_LENGTH:
        raise InvalidSignatureError("the headers are too long")
    verifier = _Verifier(keys, now_ms)
    try:
        (found,) = verifier.verify(message, max_age=None, require_components=COVERED, body=body)
    except HTTPMessageSignaturesException as error:
        raise InvalidSignatureError(str(error)) from None
    except ValueError as error:  # a malformed URL or digest
        raise InvalidSignatureError(f"malformed: {error}") from None
    nonce = found.nonce
    if nonce is None or len(nonce) not in _NONCE_LENGTHS:
        raise InvalidSignatureError("the nonce is missing or has an invalid length")
    return VerifiedSignature(keys[str(found.parameters["keyid"])], nonce, signed_body=found.body is not None)


class _KeyResolver(HTTPSignatureKeyResolver):
    def __init__(self, keys: Mapping[str, SigningKey]) -> None:
        self._keys = keys

    def resolve_public_key(self, key_id: str) -> Any:
        key = self._keys.get(key_id)
        return key.loaded() if key else None


class _Verifier(HTTPMessageVerifier):
    def __init__(self, keys: Mapping[str, SigningKey], now_ms: int) -> None:
        super().__init__(signature_algorithm=ED25519, key_resolver=_KeyResolver(keys))
        self._now = now_ms / 1000

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Check against the clock that was passed in, not the system clock."""
        created, expires = sig_input.params.get("created"), sig_input.params.get("expires")
        if created is None or abs(self._now - created) > TOLERANCE.total_seconds():
            raise InvalidSignature("created is not current")
        if expires is not None and (expires <= self._now or expires <= created):
            raise InvalidSignature("the signature has expired")
