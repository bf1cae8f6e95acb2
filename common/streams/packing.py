"""How the beacons of one stream entry are packed: a MessagePack array of encoded beacons."""

from collections.abc import Sequence

import msgspec

from common.beacon import Beacon

_decode_all = msgspec.msgpack.Decoder(list[Beacon]).decode
_decode_each = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
_decode_one = msgspec.msgpack.Decoder(Beacon).decode

Undecodable = tuple[bytes, str]
"""The payload and why it could not be read."""


def pack(encoded: Sequence[bytes]) -> bytes:
    """One array32 of beacons that are already encoded."""
    return b"\xdd" + len(encoded).to_bytes(4, "big") + b"".join(encoded)


def unpack(payload: bytes) -> tuple[list[Beacon], list[Undecodable]]:
    """The beacons of an entry, and what in it cannot be read; one bad beacon never hides the others."""
    try:
        return _decode_all(payload), []
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _unpack_one_by_one(payload)


def _unpack_one_by_one(payload: bytes) -> tuple[list[Beacon], list[Undecodable]]:
    try:
        items = [bytes(item) for item in _decode_each(payload)]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return [], [(payload, str(error))]
    beacons: list[Beacon] = []
    undecodable: list[Undecodable] = []
    for item in items:
        try:
            beacons.append(_decode_one(item))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            undecodable.append((item, str(error)))
    return beacons, undecodable
