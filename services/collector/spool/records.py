"""Records of a spool's file: length, checksum, and a flush in MessagePack."""

import struct
import zlib
from collections.abc import Iterator

import msgspec

from common.streams import Flush

_HEAD = struct.Struct("<II")
"""Bytes of the payload, and their CRC-32."""
_LONGEST = 1 << 30
_FIRST_BYTE = b"\x92"
"""Of each payload: a MessagePack array of two."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Flush).decode


def encode_record(flush: Flush) -> bytes:
    payload = _encode(flush)
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def records(data: bytes, start: int = 0) -> Iterator[tuple[Flush, int]]:
    """The whole records from ``start`` on, each with where it ends. Stops before what is torn or damaged."""
    at = start
    while record := _record(data, at):
        yield record
        _, at = record


def readable(data: bytes, start: int = 0) -> Iterator[tuple[Flush, int, int]]:
    """The whole records from ``start`` on, also behind damage: each with where it begins and where it ends."""
    at: int | None = start
    while at is not None:
        for flush, end in records(data, at):
            yield flush, at, end
            at = end
        at = _next_record(data, at)


def _next_record(data: bytes, damaged: int) -> int | None:
    """Where the first whole record behind the one at ``damaged`` begins; None where none does."""
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
    # Zeros, which a crashed file system may leave, have a matching checksum of nothing.
    if not 0 < length <= _LONGEST or end > len(data):
        return None
    payload = data[begin:end]
    if zlib.crc32(payload) != checksum:
        return None
    try:
        return _decode(payload), end
    except msgspec.MsgspecError:
        return None
