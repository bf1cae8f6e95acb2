"""The older scheme: `X-Timestamp`, and in `X-Signature` the hexadecimal signature of `{site_id}:{timestamp}`."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from multidict import CIMultiDictProxy

from services.api.accounts.signatures.errors import SignatureRefusedError
from services.api.accounts.signatures.keys import SigningKey

TIMESTAMP = "X-Timestamp"
SIGNATURE = "X-Signature"
TOLERANCE_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")


class LegacySignature(NamedTuple):
    timestamp: str
    """Unix seconds, as they were written: so they were signed."""
    signature: bytes


def read_legacy(headers: CIMultiDictProxy[str]) -> LegacySignature:
    """Raises ``SignatureRefusedError`` for headers that are no signature, or are there more than once."""
    timestamp, signature = (_only(headers, name) for name in (TIMESTAMP, SIGNATURE))
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise SignatureRefusedError("malformed")
    return LegacySignature(timestamp, bytes.fromhex(signature))


def check_legacy(signed: LegacySignature, site_name: str, keys: Iterable[SigningKey], now_ms: int) -> SigningKey:
    """The key that signed. Raises ``SignatureRefusedError``."""
    if abs(now_ms / 1000 - int(signed.timestamp)) > TOLERANCE_SECONDS:
        raise SignatureRefusedError("time")
    message = f"{site_name}:{signed.timestamp}".encode()
    for key in keys:
        try:
            key.loaded().verify(signed.signature, message)
        except InvalidSignature:
            continue
        return key
    raise SignatureRefusedError("no key of the site made it")


def _only(headers: CIMultiDictProxy[str], name: str) -> str:
    found = headers.getall(name, ())
    if len(found) != 1:
        raise SignatureRefusedError("not one header of each")
    return found[0]
