"""Identifiers made by the application, so that no table needs a sequence."""

import uuid


def uuid7(epoch_ms: int, random: bytes) -> bytes:
    """The 16 bytes of a UUID version 7 (RFC 9562 §5.7) from a time and 10 random bytes."""
    value = (epoch_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return value.to_bytes(16, "big")


def as_uuid(raw: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=raw)
