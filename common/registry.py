"""The site registry: what collectors need to know about sites, published in Redis.

The API publishes after each commit, the worker reconciles periodically, and collectors poll the version.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

from common.identity import IdentityMode, PrivacySignal
from common.sites import COLUMNS, settings_from_row

_SITES = "registry:sites"
_VERSION = "registry:version"


class RegisteredSite(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What the collector knows about one site."""

    id: int
    name: str
    origins: tuple[str, ...] = ()
    """Origins from which beacons are accepted, e.g. https://example.com. Empty: any origin."""
    identity: IdentityMode = IdentityMode.COOKIE
    privacy_signal: PrivacySignal = PrivacySignal.HONOR


_SETTINGS = tuple(name for name in RegisteredSite.__struct_fields__ if name in COLUMNS)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(RegisteredSite).decode
encode_sites = _encode
decode_sites = msgspec.json.Decoder(list[RegisteredSite]).decode


def site_from_row(row: Any) -> RegisteredSite:
    """Build a site from a row of the statement ``registry``."""
    return RegisteredSite(id=row["id"], **settings_from_row(row, _SETTINGS))


async def publish(redis: "Redis", sites: Iterable[RegisteredSite]) -> None:
    """Replace the published registry atomically."""
    mapping = {site.name: _encode(site) for site in sites}
    async with redis.pipeline(transaction=True) as pipe:
        pipe.delete(_SITES)
        if mapping:
            pipe.hset(_SITES, mapping=mapping)
        pipe.set(_VERSION, uuid.uuid4().hex)
        await pipe.execute()


async def published_version(redis: "Redis") -> str | None:
    """Return an id that changes with each publication; None if nothing is published, or Redis was emptied."""
    version = await redis.get(_VERSION)
    return version.decode() if version else None


async def published_sites(redis: "Redis") -> Sequence[RegisteredSite]:
    found: dict[bytes, bytes] = await redis.hgetall(_SITES)  # type: ignore[misc]
    return [_decode(value) for value in found.values()]
