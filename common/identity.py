"""Who is a visitor: keyed hashes, and the shard that a visitor belongs to.

BLAKE2b-128 with the salt as key. The ``person`` string keeps the modes apart, so that the same input under
two modes gives unrelated ids.
"""

from enum import StrEnum
from hashlib import blake2b

COOKIE_PATTERN = r"^[A-Za-z0-9_-]{16,64}$"
"""What the value of the first-party cookie looks like; anything else is no visitor's."""


class IdentityMode(StrEnum):
    COOKIE = "cookie"
    COOKIELESS = "cookieless"
    PERSISTENT = "persistent"


class PrivacySignal(StrEnum):
    """What a site does with ``Sec-GPC: 1`` and ``DNT: 1``."""

    HONOR = "honor"
    DROP = "drop"
    IGNORE = "ignore"


def cookie_visitor_id(salt: bytes, site_id: int, cookie: str) -> bytes:
    """16 bytes that stand for the holder of a first-party cookie. ``salt``: 32 bytes, the install's."""
    return blake2b(b"%d\0%b" % (site_id, cookie.encode()), digest_size=16, key=salt, person=b"uv-cookie").digest()


def network_visitor_id(salt: bytes, site_id: int, ip: str, user_agent: str, *, persistent: bool = False) -> bytes:
    """16 bytes that stand for one browser behind one address, for as long as ``salt`` (32 bytes) lives."""
    person = b"uv-persistent" if persistent else b"uv-daily"
    return blake2b(
        f"{site_id}\0{ip}\0{user_agent}".encode(errors="replace"), digest_size=16, key=salt, person=person
    ).digest()


def shard_of(visitor_id: bytes, shards: int) -> int:
    """The shard whose stream holds all beacons of this visitor."""
    return int.from_bytes(visitor_id[:4], "big") % shards
