"""Beacons that could not be read, enriched or stored: kept with the reason, never in the way of the others."""

from hashlib import blake2b

import msgspec

from common.beacon import Beacon, encode_beacon

_LONGEST_ERROR = 500
_MAX_SITE_ID = 2**31
_LATEST = 4_102_444_800_000
"""The year 2100, in epoch milliseconds."""


class DeadLetter(msgspec.Struct, frozen=True):
    id: bytes
    """16 bytes: the beacon's, or a hash of a payload that could not be read."""
    site_id: int | None
    received_at: int | None
    """Epoch milliseconds."""
    error: str
    payload: bytes
    """The beacon as it was on the stream."""


def undecodable(payload: bytes, error: str, position: str) -> DeadLetter:
    """``position`` says where in the stream it was, so that the same payload twice is two letters."""
    name = blake2b(payload, digest_size=16, key=position.encode()[:64]).digest()
    return DeadLetter(name, None, None, f"cannot be decoded: {error}"[:_LONGEST_ERROR], payload)


def failed(beacon: Beacon, doing: str, error: Exception) -> DeadLetter:
    """``doing`` says at what it failed. Of the error, only its kind: its text may repeat what is personal."""
    reason = f"{doing}: {type(error).__name__}"
    return DeadLetter(beacon.id, beacon.site_id, beacon.received_at, reason, encode_beacon(beacon))


def is_sound(beacon: Beacon) -> bool:
    """Whether ids and time can be stored at all. What comes from the collector always can."""
    return (
        len(beacon.id) == 16
        and len(beacon.visitor_id) == 16
        and 0 < beacon.site_id < _MAX_SITE_ID
        and 0 <= beacon.received_at < _LATEST
        and beacon.engaged_ms >= 0
    )


def unsound(beacon: Beacon, position: str) -> DeadLetter:
    return undecodable(encode_beacon(beacon), "ids or time are impossible", position)
