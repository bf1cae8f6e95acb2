"""Second factors: codes by time (RFC 6238), 30 seconds each, six digits."""

import base64
from urllib.parse import quote

import pyotp

from common.salts import Randomness

ISSUER = "PyUniqVisit"
_SECRET_BYTES = 20
_STEP_SECONDS = 30
_TOLERANCE = 1
"""Steps that a telephone's clock may be off, each way."""


def new_totp_secret(random: Randomness) -> str:
    """32 characters of base32."""
    return base64.b32encode(random(_SECRET_BYTES)).decode()


def totp_uri(secret: str, username: str) -> str:
    """What an authenticator takes as a QR code."""
    return f"otpauth://totp/{quote(ISSUER)}:{quote(username, safe='')}?secret={secret}&issuer={quote(ISSUER)}"


def matching_step(secret: str, code: str, now_ms: int) -> int | None:
    """The 30-second step, counted from 1970, that the code is of; None for a code that is none of now."""
    digits = "".join(code.split())
    if not digits.isascii():
        return None
    totp = pyotp.TOTP(secret)
    now = now_ms // 1000 // _STEP_SECONDS
    return next(
        (
            step
            for step in range(now - _TOLERANCE, now + _TOLERANCE + 1)
            if pyotp.utils.strings_equal(totp.generate_otp(step), digits)
        ),
        None,
    )
