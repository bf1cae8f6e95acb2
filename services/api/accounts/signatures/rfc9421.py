"""HTTP Message Signatures (RFC 9421) with Ed25519: what has to be signed, and for how long it counts.

A signature covers `@method`, `@path` and `@query`, and `content-digest` (RFC 9530) where there is a body; `@authority`
and other fields may be covered as well, and then have to fit. It has `created`, `keyid` (the public key in hexadecimal
digits) and a `nonce`; `expires` may make its life shorter.
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

from services.api.accounts.signatures.errors import SignatureRefusedError
from services.api.accounts.signatures.keys import SigningKey

INPUT = "Signature-Input"
SIGNATURE = "Signature"
TOLERANCE = timedelta(seconds=300)
"""Between `created` and now, to either side: clocks of phones are wrong, too."""
COVERED = ("@method", "@path", "@query")
_LONGEST = 4_096
"""Characters of both headers together."""
_NONCE = range(16, 129)
"""Characters of a nonce: fewer could be hit by chance."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it came in. ``url``: absolute, with path and query exactly as they were sent."""

    method: str
    url: str
    headers: CIMultiDictProxy[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature that is right, and has to be the first with its nonce."""

    key: SigningKey
    nonce: str
    signed_body: bool
    """Whether the body, if only an empty one, is covered."""


def check_rfc9421(message: Message, body: bytes, keys: Mapping[str, SigningKey], now_ms: int) -> Proof:
    """``keys``: by their ``keyid``. Raises ``SignatureRefusedError``."""
    if sum(len(text) for name in (INPUT, SIGNATURE) for text in message.headers.getall(name, ())) > _LONGEST:
        raise SignatureRefusedError("too long")
    verifier = _Verifier(keys, now_ms)
    try:
        (found,) = verifier.verify(message, max_age=None, require_components=COVERED, body=body)
    except HTTPMessageSignaturesException as error:
        raise SignatureRefusedError(str(error)) from None
    except ValueError as error:  # a URL or a digest that cannot be read
        raise SignatureRefusedError(f"malformed: {error}") from None
    nonce = found.nonce
    if nonce is None or len(nonce) not in _NONCE:
        raise SignatureRefusedError("no nonce, or one of a wrong length")
    return Proof(keys[str(found.parameters["keyid"])], nonce, signed_body=found.body is not None)


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, keys: Mapping[str, SigningKey]) -> None:
        self._keys = keys

    def resolve_public_key(self, key_id: str) -> Any:
        key = self._keys.get(key_id)
        return key.loaded() if key else None


class _Verifier(HTTPMessageVerifier):
    def __init__(self, keys: Mapping[str, SigningKey], now_ms: int) -> None:
        super().__init__(signature_algorithm=ED25519, key_resolver=_Keys(keys))
        self._now = now_ms / 1000

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """By the clock that we were given, not by the machine's."""
        created, expires = sig_input.params.get("created"), sig_input.params.get("expires")
        if created is None or abs(self._now - created) > TOLERANCE.total_seconds():
            raise InvalidSignature("created: not now")
        if expires is not None and (expires <= self._now or expires <= created):
            raise InvalidSignature("expires: it has")
