"""Rules for passwords, and bcrypt hashes of them. bcrypt is slow by design, so services run it in a thread."""

import asyncio

import bcrypt

from common.weak_passwords import is_weak

MIN_CHARACTERS = 8
MAX_BYTES = 72
"""bcrypt ignores further bytes; a longer password is rejected rather than truncated."""

ROUNDS = 12
UNKNOWN_USER_HASH = "$2b$12$qpk9TtVNxFBEeVH4ucgNzO1LPmHG9NWG9nYqBx5OI.k6pYeHiKjLK"
"""Hash of a random text that was discarded: checked for unknown users, so that they take as long as known ones."""
_CONCURRENT = 2
"""A flood of logins must not occupy all cores."""


class PasswordError(ValueError):
    """The text is not acceptable as a password. The message explains why, and never contains the text."""


def check_rules(password: str) -> None:
    """Raises ``PasswordError`` for a password that is too short, too long for bcrypt, or common.

    There are no rules for which characters it contains.
    """
    if len(password) < MIN_CHARACTERS:
        raise PasswordError(f"a password must have at least {MIN_CHARACTERS} characters")
    if len(_encode(password)) > MAX_BYTES:
        raise PasswordError(f"a password has at most {MAX_BYTES} bytes in UTF-8")
    if is_weak(password):
        raise PasswordError("this password is too common; use several unrelated words")


def hash_password(password: str) -> str:
    """Return the bcrypt hash to store. Raises ``PasswordError``. Takes a quarter of a second."""
    check_rules(password)
    return bcrypt.hashpw(_encode(password), bcrypt.gensalt(ROUNDS)).decode()


def verify_password(password: str, password_hash: str) -> bool:
    """Return whether ``password`` matches the hash. A text that is too long takes as long, and never matches."""
    encoded = _encode(password)
    same = bcrypt.checkpw(encoded[:MAX_BYTES], password_hash.encode())
    return same and len(encoded) <= MAX_BYTES


class PasswordHasher:
    """Hashes and verifies passwords off the event loop, only a few at a time."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_CONCURRENT)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Return whether ``password`` matches. None, for an unknown user, takes the same time and never matches."""
        async with self._slots:
            return await asyncio.to_thread(verify_password, password, password_hash or UNKNOWN_USER_HASH)

    async def hash(self, password: str) -> str:
        """Return the hash to store. Raises ``PasswordError``."""
        async with self._slots:
            return await asyncio.to_thread(hash_password, password)


def _encode(password: str) -> bytes:
    return password.encode("utf-8", "replace")
