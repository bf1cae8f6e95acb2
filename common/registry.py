"""The site registry: what the collector must know of a site, published in Redis for all collectors.

The API publishes after each commit and the worker reconciles from time to time; collectors poll the version.
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
    """One site as the collector sees it."""

    id: int
    name: str
    origins: tuple[str, ...] = ()
    """Origins whose pages may send, e.g. https://example.com; none means any."""
    identity: IdentityMode = IdentityMode.COOKIE
    privacy_signal: PrivacySignal = PrivacySignal.HONOR


_SETTINGS = tuple(name for name in RegisteredSite.__struct_fields__ if name in COLUMNS)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(RegisteredSite).decode
encode_sites = _encode
decode_sites = msgspec.json.Decoder(list[RegisteredSite]).decode


def site_from_row(row: Any) -> RegisteredSite:
    """A site from a row of the statement ``registry``."""
    return RegisteredSite(id=row["id"], **settings_from_row(row, _SETTINGS))


async def publish(redis: "Redis", sites: Iterable[RegisteredSite]) -> None:
    """Replaces the published registry, all at once."""
    mapping = {site.name: _encode(site) for site in sites}
    async with redis.pipeline(transaction=True) as pipe:
        pipe.delete(_SITES)
        if mapping:
            pipe.hset(_SITES, mapping=mapping)
        pipe.set(_VERSION, uuid.uuid4().hex)
        await pipe.execute()


async def published_version(redis: "Redis") -> str | None:
    """Another one after each publication; None when nothing was published, or Redis was emptied."""
    version = await redis.get(_VERSION)
    return version.decode() if version else None


async def published_sites(redis: "Redis") -> Sequence[RegisteredSite]:
    found: dict[bytes, bytes] = await redis.hgetall(_SITES)  # type: ignore[misc]
    return [_decode(value) for value in found.values()]
