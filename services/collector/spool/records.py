"""The records of a spool file: length, checksum, and a flush in MessagePack."""

import struct
import zlib
from collections.abc import Iterator

import msgspec

from common.streams import Flush

_HEAD = struct.Struct("<II")
"""Length of the payload in bytes, and its CRC-32."""
_LONGEST = 1 << 30
_FIRST_BYTE = b"\x92"
"""The first byte of every payload: a MessagePack array of two."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Flush).decode


def encode_record(flush: Flush) -> bytes:
    payload = _encode(flush)
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def decode_records(data: bytes, start: int = 0) -> Iterator[tuple[Flush, int]]:
    """Yield the complete records from ``start`` on, each with its end. Stops at an incomplete or damaged record."""
    at = start
    while record := _record(data, at):
        yield record
        _, at = record


def recover_records(data: bytes, start: int = 0) -> Iterator[tuple[Flush, int, int]]:
    """Yield the complete records from ``start`` on, also behind damage, each with its begin and end."""
    at: int | None = start
    while at is not None:
        for flush, end in decode_records(data, at):
            yield flush, at, end
            at = end
        at = _next_record(data, at)


def _next_record(data: bytes, damaged: int) -> int | None:
    """Return where the first complete record behind the one at ``damaged`` begins, if there is one."""
    at = data.find(_FIRST_BYTE, damaged + _HEAD.size + 1)
    while at >= 0:
        if _record(data, at - _HEAD.size):
            return at - _HEAD.size
        at = data.find(_FIRST_BYTE, at + 1)
    return None


def _record(data: bytes, at: int) -> tuple[Flush, int] | None:
    if at + _HEAD.size > len(data):
        return None
    length, checksum = _HEAD.unpack_from(data, at)
    begin, end = at + _HEAD.size, at + _HEAD.size + length
    # A crashed file system may leave zeros: a record of length 0 whose checksum matches.
    if not 0 < length <= _LONGEST or end > len(data):
        return None
    payload = data[begin:end]
    if zlib.crc32(payload) != checksum:
        return None
    try:
        return _decode(payload), end
    except msgspec.MsgspecError:
        return None
