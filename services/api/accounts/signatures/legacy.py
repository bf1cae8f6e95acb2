"""The older signature scheme: `X-Signature` signs `{site_id}:{timestamp}`, with the timestamp in `X-Timestamp`."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from multidict import CIMultiDictProxy

from services.api.accounts.signatures.models import InvalidSignatureError, SigningKey

TIMESTAMP = "X-Timestamp"
SIGNATURE = "X-Signature"
TOLERANCE_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")


class LegacySignature(NamedTuple):
    timestamp: str
    """Unix seconds exactly as sent, since that text was signed."""
    signature: bytes


def read_legacy(headers: CIMultiDictProxy[str]) -> LegacySignature:
    """Raises ``InvalidSignatureError`` for headers that are malformed, missing or repeated."""
    timestamp, signature = (_only(headers, name) for name in (TIMESTAMP, SIGNATURE))
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise InvalidSignatureError("the signature is malformed")
    return LegacySignature(timestamp, bytes.fromhex(signature))


def check_legacy(signed: LegacySignature, site_name: str, keys: Iterable[SigningKey], now_ms: int) -> SigningKey:
    """Return the key that signed. Raises ``InvalidSignatureError``."""
    if abs(now_ms / 1000 - int(signed.timestamp)) > TOLERANCE_SECONDS:
        raise InvalidSignatureError("the timestamp is too old or in the future; check the clock")
    message = f"{site_name}:{signed.timestamp}".encode()
    for key in keys:
        try:
            key.loaded().verify(signed.signature, message)
        except InvalidSignature:
            continue
        return key
    raise InvalidSignatureError("no key of the site matches the signature")


def _only(headers: CIMultiDictProxy[str], name: str) -> str:
    found = headers.getall(name, ())
    if len(found) != 1:
        raise InvalidSignatureError("a header is missing or repeated")
    return found[0]
