"""Passwords: what may be one, and how it is kept. bcrypt is slow by design, so callers run it in a thread."""

import bcrypt

from common.weak_passwords import is_weak

MIN_CHARACTERS = 8
MAX_BYTES = 72
"""bcrypt looks at no more; a longer password is refused rather than cut."""

ROUNDS = 12
NOBODYS_HASH = "$2b$12$qpk9TtVNxFBEeVH4ucgNzO1LPmHG9NWG9nYqBx5OI.k6pYeHiKjLK"
"""The hash of a random text that was thrown away: checked for unknown users, so that they take as long as others."""


class PasswordError(ValueError):
    """The text cannot be a password. The message says why, and never holds the text."""


def check_rules(password: str) -> None:
    """Raises ``PasswordError`` for a password that is too short, longer than bcrypt can tell apart, or common.

    Which characters it has is nobody's business.
    """
    if len(password) < MIN_CHARACTERS:
        raise PasswordError(f"a password has at least {MIN_CHARACTERS} characters")
    if len(_encode(password)) > MAX_BYTES:
        raise PasswordError(f"a password has at most {MAX_BYTES} bytes in UTF-8")
    if is_weak(password):
        raise PasswordError("this password is too common; take several words that have nothing to do with each other")


def hash_password(password: str) -> str:
    """The bcrypt hash to keep. Raises ``PasswordError``. Takes a quarter of a second."""
    check_rules(password)
    return bcrypt.hashpw(_encode(password), bcrypt.gensalt(ROUNDS)).decode()


def verify_password(password: str, password_hash: str) -> bool:
    """Whether ``password`` is the one of the hash. A text that is too long takes its time as well, and never is."""
    encoded = _encode(password)
    same = bcrypt.checkpw(encoded[:MAX_BYTES], password_hash.encode())
    return same and len(encoded) <= MAX_BYTES


def _encode(password: str) -> bytes:
    return password.encode("utf-8", "replace")
