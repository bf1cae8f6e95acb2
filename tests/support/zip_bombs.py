"""Compressed bodies that are large when decompressed."""

import struct
import zlib

_PIECE = bytes(1 << 20)
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"


def gzipped_zeros(megabytes: int) -> bytes:
    """Return compressed zeros of about a thousandth of that size, made quickly by repeating one compressed block."""
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(_PIECE) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(_PIECE, checksum)
    trailer = struct.pack("<II", checksum, (megabytes << 20) % (1 << 32))
    return _GZIP_HEADER + piece * megabytes + packer.flush() + trailer
