"""Random texts that open something, shown once and kept as a hash. They are long, so a fast hash is enough."""

import base64
from hashlib import sha256

from common.salts import Randomness

_BYTES = 32


def new_secret(random: Randomness) -> str:
    """43 characters that fit into a URL and a header."""
    return base64.urlsafe_b64encode(random(_BYTES)).rstrip(b"=").decode()


def hash_secret(secret: str) -> bytes:
    """SHA-256, 32 bytes."""
    return sha256(secret.encode("utf-8", "replace")).digest()
