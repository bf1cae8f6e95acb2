"""Identifiers made by the application, so that no table needs a sequence."""

import uuid
from collections.abc import Callable


def uuid7(epoch_ms: int, random: bytes) -> bytes:
    """The 16 bytes of a UUID version 7 (RFC 9562 §5.7) from a time and 10 random bytes."""
    value = (epoch_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return value.to_bytes(16, "big")


def as_uuid(raw: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=raw)


def parse_uuid(text: str) -> uuid.UUID | None:
    """Return the UUID that ``text`` spells, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class RandomSupply:
    """Randomness in small pieces from large draws: asking the system costs more than everything else in an id."""

    def __init__(self, random: Callable[[int], bytes], draw: int = 4_096) -> None:
        self._random = random
        self._draw = draw
        self._left = b""
        self._used = 0

    def take(self, count: int) -> bytes:
        """``count`` bytes (at most ``draw``) that were never given before."""
        end = self._used + count
        if end > len(self._left):
            self._left, self._used, end = self._random(self._draw), 0, count
        piece = self._left[self._used : end]
        self._used = end
        return piece
