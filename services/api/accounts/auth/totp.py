"""Time-based one-time codes (RFC 6238) as a second factor: six digits, valid for 30 seconds."""

import base64
from urllib.parse import quote

import pyotp

from common.salts import Randomness

ISSUER = "PyUniqVisit"
_SECRET_BYTES = 20
_STEP_SECONDS = 30
_TOLERANCE = 1
"""Steps by which the clock of a phone may be off, in either direction."""


def new_totp_secret(random: Randomness) -> str:
    """Return a new secret, 32 characters of base32."""
    return base64.b32encode(random(_SECRET_BYTES)).decode()


def totp_uri(secret: str, username: str) -> str:
    """Return the URI that an authenticator app reads from a QR code."""
    return f"otpauth://totp/{quote(ISSUER)}:{quote(username, safe='')}?secret={secret}&issuer={quote(ISSUER)}"


def matching_step(secret: str, code: str, now_ms: int) -> int | None:
    """Return the time step of the code, in units of 30 seconds since 1970; None for a code that is not valid now."""
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
