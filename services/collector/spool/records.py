"""Records of a spool's file: length, checksum, and a flush in MessagePack."""

import struct
import zlib
from collections.abc import Iterator

import msgspec

from common.streams import Flush

_HEAD = struct.Struct("<II")
"""Bytes of the payload, and their CRC-32."""
_LONGEST = 1 << 30
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Flush).decode


def encode_record(flush: Flush) -> bytes:
    payload = _encode(flush)
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def records(data: bytes, start: int = 0) -> Iterator[tuple[Flush, int]]:
    """The whole records from ``start`` on, each with where it ends. Stops before what is torn or damaged."""
    at = start
    while at + _HEAD.size <= len(data):
        length, checksum = _HEAD.unpack_from(data, at)
        begin, end = at + _HEAD.size, at + _HEAD.size + length
        # Zeros, which a crashed file system may leave, have a matching checksum of nothing.
        if not 0 < length <= _LONGEST or end > len(data):
            return
        payload = data[begin:end]
        if zlib.crc32(payload) != checksum:
            return
        try:
            flush = _decode(payload)
        except msgspec.MsgspecError:
            return
        yield flush, end
        at = end
