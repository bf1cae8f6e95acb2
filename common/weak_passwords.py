"""Passwords that are guessed first: variations of common words, repetitions, and keyboard walks."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_LETTERS: Mapping[int, str] = MappingProxyType(
    str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
)
"""Characters that users write instead of letters."""
_MAX_ADDED = 6
"""Characters around a common word that do not make it uncommon: a year and a sign, or a counter."""
_REPEATED = re.compile(r"(.{1,10}?)\1+.?")
_MAX_REPETITION = 20
_WALKS = (
    "012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabc",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6z7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "abc123456789",
    "123qweasdzxc",
    "123abc456def",
    "147258369147",
    "789456123789",
    "1122334455667788990011",
    "12344321 12345654321 1234567654321 123454321",
)


def is_weak(password: str) -> bool:
    """Return whether ``password`` is among those that are guessed first."""
    lowered = password.casefold()
    return _is_varied_word(lowered) or _is_repetition(lowered) or _is_walk(lowered)


def _is_varied_word(lowered: str) -> bool:
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lowered)
    spelled = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lowered.translate(_LETTERS))
    stems = {bare, bare.translate(_LETTERS), spelled}
    return any(stem in _words() and len(lowered) - len(stem) <= _MAX_ADDED for stem in stems)


def _is_repetition(lowered: str) -> bool:
    return len(lowered) <= _MAX_REPETITION and _REPEATED.fullmatch(lowered) is not None


def _is_walk(lowered: str) -> bool:
    return any(lowered in walk or lowered[::-1] in walk for walk in _WALKS)


@cache
def _words() -> frozenset[str]:
    lines = (files("common") / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
