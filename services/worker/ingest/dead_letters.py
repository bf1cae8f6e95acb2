"""Dead letters: beacons that could not be decoded, enriched or stored, with the reason. They do not block others."""

from hashlib import blake2b

import msgspec

from common.beacon import Beacon, encode_beacon

_MAX_ERROR = 500
_MAX_SITE_ID = 2**31
_MAX_TIME = 4_102_444_800_000
"""The year 2100, in epoch milliseconds."""


class DeadLetter(msgspec.Struct, frozen=True):
    id: bytes
    """16 bytes: the id of the beacon, or a hash of a payload that could not be decoded."""
    site_id: int | None
    received_at: int | None
    """Epoch milliseconds."""
    error: str
    payload: bytes
    """The beacon as it was in the stream."""


def undecodable(payload: bytes, error: str, position: str) -> DeadLetter:
    """Return the letter of a payload.

    ``position``: its position in the stream, which gives the same payload a different id when it arrives twice.
    """
    letter_id = blake2b(payload, digest_size=16, key=position.encode()[:64]).digest()
    return DeadLetter(letter_id, None, None, f"cannot be decoded: {error}"[:_MAX_ERROR], payload)


def failed(beacon: Beacon, step: str, error: Exception) -> DeadLetter:
    """Return the letter of a beacon that failed in ``step``.

    It contains only the type of the error, because the message may contain personal data.
    """
    reason = f"{step}: {type(error).__name__}"
    return DeadLetter(beacon.id, beacon.site_id, beacon.received_at, reason, encode_beacon(beacon))


def is_storable(beacon: Beacon) -> bool:
    """Whether ids and time are within the limits of the store. Beacons of the collector always are."""
    return (
        len(beacon.id) == 16
        and len(beacon.visitor_id) == 16
        and 0 < beacon.site_id < _MAX_SITE_ID
        and 0 <= beacon.received_at < _MAX_TIME
        and beacon.engaged_ms >= 0
    )


def invalid(beacon: Beacon, position: str) -> DeadLetter:
    return undecodable(encode_beacon(beacon), "invalid id or time", position)
