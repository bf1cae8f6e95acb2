"""Pack and unpack the beacons of one stream entry: a MessagePack array of encoded beacons."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from common.beacon import Beacon


class _BeaconSite(msgspec.Struct, array_like=True, gc=False):
    """The first fields of a beacon; decoding only these is several times faster."""

    version: int
    id: bytes
    site_id: int


_decode_sites = msgspec.msgpack.Decoder(list[_BeaconSite]).decode
_decode_all = msgspec.msgpack.Decoder(list[Beacon]).decode
_decode_each = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
_decode_one = msgspec.msgpack.Decoder(Beacon).decode

Undecodable = tuple[bytes, str]
"""The payload, and why it cannot be decoded."""


def pack(encoded: Sequence[bytes]) -> bytes:
    """Return an array32 of encoded beacons."""
    return b"\xdd" + len(encoded).to_bytes(4, "big") + b"".join(encoded)


def unpack(payload: bytes) -> tuple[list[Beacon], list[Undecodable]]:
    """Return the beacons of an entry, and those that cannot be decoded."""
    try:
        return _decode_all(payload), []
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _unpack_one_by_one(payload)


def sites_of(payload: bytes) -> Counter[int]:
    """Count the beacons of an entry by site id; 0 counts those that cannot be decoded."""
    try:
        return Counter(beacon.site_id for beacon in _decode_sites(payload))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        good, bad = unpack(payload)
        return Counter([*(beacon.site_id for beacon in good), *(0 for _ in bad)])


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
