"""Passwords, checked and hashed off the event loop and only a few at a time."""

import asyncio

from common.passwords import NOBODYS_HASH, hash_password, verify_password

_AT_ONCE = 2
"""A flood of logins must not take every core."""


class PasswordChecks:
    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def is_right(self, password: str, password_hash: str | None) -> bool:
        """Takes the same time for None, the hash of nobody."""
        async with self._places:
            return await asyncio.to_thread(verify_password, password, password_hash or NOBODYS_HASH)

    async def hash(self, password: str) -> str:
        """Raises ``PasswordError`` for a text that breaks the rules."""
        async with self._places:
            return await asyncio.to_thread(hash_password, password)
