"""Visitor ids, which are keyed hashes, and the shard that a visitor belongs to.

BLAKE2b-128 with the salt as key. The ``person`` string separates the modes: the same input gives unrelated ids in two
modes.
"""

from enum import StrEnum
from hashlib import blake2b

COOKIE_PATTERN = r"^[A-Za-z0-9_-]{16,64}$"
"""Pattern of the first-party cookie's value; other values are ignored."""


class IdentityMode(StrEnum):
    COOKIE = "cookie"
    COOKIELESS = "cookieless"
    PERSISTENT = "persistent"


class PrivacySignal(StrEnum):
    """How a site treats ``Sec-GPC: 1`` and ``DNT: 1``."""

    HONOR = "honor"
    DROP = "drop"
    IGNORE = "ignore"


def cookie_visitor_id(salt: bytes, site_id: int, cookie: str) -> bytes:
    """Return the 16-byte visitor id for a first-party cookie. ``salt``: the install's 32 bytes."""
    return blake2b(b"%d\0%b" % (site_id, cookie.encode()), digest_size=16, key=salt, person=b"uv-cookie").digest()


def network_visitor_id(salt: bytes, site_id: int, ip: str, user_agent: str, *, persistent: bool = False) -> bytes:
    """Return the 16-byte visitor id for a browser at an address. It changes with ``salt`` (32 bytes)."""
    person = b"uv-persistent" if persistent else b"uv-daily"
    return blake2b(
        f"{site_id}\0{ip}\0{user_agent}".encode(errors="replace"), digest_size=16, key=salt, person=person
    ).digest()


def shard_of(visitor_id: bytes, shards: int) -> int:
    """Return the shard whose stream holds all beacons of this visitor."""
    return int.from_bytes(visitor_id[:4], "big") % shards
