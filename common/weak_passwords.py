"""Passwords that guessers try first: common words dressed up, repetitions, and walks over the keyboard."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_LETTERS: Mapping[int, str] = MappingProxyType(
    str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
)
"""What people write in place of letters."""
_DRESSING = 6
"""Characters around a common word that do not make it uncommon: a year and a sign, a number that is counted up."""
_REPEATED = re.compile(r"(.{1,10}?)\1+.?")
_LONGEST_REPETITION = 20
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
    """Whether ``password`` is among the first that somebody would guess."""
    small = password.casefold()
    return _is_dressed_word(small) or _is_repetition(small) or _is_walk(small)


def _is_dressed_word(small: str) -> bool:
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", small)
    spelled = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", small.translate(_LETTERS))
    stems = {bare, bare.translate(_LETTERS), spelled}
    return any(stem in _words() and len(small) - len(stem) <= _DRESSING for stem in stems)


def _is_repetition(small: str) -> bool:
    return len(small) <= _LONGEST_REPETITION and _REPEATED.fullmatch(small) is not None


def _is_walk(small: str) -> bool:
    return any(small in walk or small[::-1] in walk for walk in _WALKS)


@cache
def _words() -> frozenset[str]:
    lines = (files("common") / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
