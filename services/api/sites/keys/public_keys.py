"""What may be a public key."""

_SIGN = 0x80
_SMALL = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Points of small order, without their sign: signatures of anything can be made up for them."""


def check_public_key(text: str) -> str:
    """A key of 64 hexadecimal digits, in lower case. Raises ``ValueError``."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != 32 or len(text) != 64:
        raise ValueError("use 64 hexadecimal digits: an Ed25519 public key of 32 bytes")
    if raw[:31] + bytes([raw[31] & ~_SIGN]) in _SMALL:
        raise ValueError("this key would let anybody sign")
    return raw.hex()
