"""The location of a network: its country, and with a MaxMind City database also region and city.

A MaxMind database (City, Country or Enterprise; GeoLite2 or GeoIP2) is read with ``geoip2``. Any other file is read as
a flat country database with records like ``{"country_code": "GB"}``.
"""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import NamedTuple, Protocol

import geoip2.database
import maxminddb
import structlog
from geoip2.errors import AddressNotFoundError

from common.config import Settings

Address = IPv4Address | IPv6Address

_CACHED_NETWORKS = 65_536
_MAX_PROBES = 16
_MAX_NAME = 100


class Place(NamedTuple):
    country: str
    """ISO 3166-1 alpha-2."""
    region: str
    city: str


UNKNOWN = Place("", "", "")


class GeoLookup(Protocol):
    def place(self, network: str) -> Place:
        """Return the place of ``network`` (CIDR), or ``UNKNOWN``. Never raises."""

    def reload_if_changed(self) -> bool:
        """Open the database again if it was replaced; return whether it was."""


class NullGeo:
    """A lookup without a database: every place is unknown."""

    def place(self, network: str) -> Place:
        return UNKNOWN

    def reload_if_changed(self) -> bool:
        return False


class _OpenDatabase(Protocol):
    """An open database file."""

    def get(self, address: Address) -> tuple[Place | None, int]:
        """Return the place of ``address``, and the prefix length of the surrounding network with the same result."""

    def close(self) -> None: ...


class GeoDatabase:
    """A database file. If it is missing or invalid, every place is unknown, and a warning is logged once.

    The file is mapped into memory: replace it by renaming a new file, as geoipupdate does. Do not write into it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: _OpenDatabase | None = None
        self._stamp: tuple[int, ...] | None = None
        self._cached = lru_cache(_CACHED_NETWORKS)(self._find)
        self.place: Callable[[str], Place] = self._cached
        if not self.reload_if_changed() and self._stamp is None:
            structlog.get_logger().warning("geo: database is missing; countries are unknown", path=str(path))

    def reload_if_changed(self) -> bool:
        """Keep the previous database if the file was deleted or cannot be read."""
        stamp = _stamp(self._path)
        if stamp is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            opened = _open(self._path)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            structlog.get_logger().warning("geo: cannot read database", path=str(self._path), error=str(error))
            return False
        self.close()
        self._database = opened
        self._cached.cache_clear()
        return True

    def close(self) -> None:
        if self._database:
            self._database.close()
            self._database = None

    def _find(self, network: str) -> Place:
        """Return the place of the first address of ``network`` that is in the database.

        Nearly always that is the first address. Only if a database contains just a part of a /24 or /48 are there empty
        networks to skip, and only a few.
        """
        if not network or self._database is None:
            return UNKNOWN
        try:
            around = ip_network(network, strict=False)
            address: Address = around.network_address
            for _ in range(_MAX_PROBES):
                place, prefix = self._database.get(address)
                if place is not None:
                    return place
                empty = ip_network((address, prefix), strict=False)
                if empty.broadcast_address >= around.broadcast_address:  # type: ignore[operator]
                    break
                address = empty.broadcast_address + 1
        except (ValueError, maxminddb.InvalidDatabaseError):
            pass
        return UNKNOWN


def open_geo(settings: Settings) -> GeoDatabase:
    """Open the configured database, or else the country database of the web build."""
    return GeoDatabase(settings.worker.geo.database or settings.web_dir / "geo" / "country.mmdb")


class _MaxMind:
    def __init__(self, reader: geoip2.database.Reader, method: str) -> None:
        self._reader = reader
        self._ask = getattr(reader, method)

    def get(self, address: Address) -> tuple[Place | None, int]:
        try:
            found = self._ask(address)
        except AddressNotFoundError as error:
            return None, error.network.prefixlen if error.network else 0
        subdivisions = getattr(found, "subdivisions", ())
        city = getattr(found, "city", None)
        place = Place(
            country=_country(found.country.iso_code),
            region=(subdivisions[0].name or "")[:_MAX_NAME] if subdivisions else "",
            city=(city.name or "")[:_MAX_NAME] if city else "",
        )
        return place, address.max_prefixlen

    def close(self) -> None:
        self._reader.close()


class _FlatCountries:
    def __init__(self, reader: maxminddb.Reader) -> None:
        self._reader = reader

    def get(self, address: Address) -> tuple[Place | None, int]:
        record, prefix = self._reader.get_with_prefix_len(address)
        code = record.get("country_code") if isinstance(record, dict) else None
        return (Place(_country(code), "", "") if code else None), prefix

    def close(self) -> None:
        self._reader.close()


def _open(path: Path) -> _OpenDatabase:
    reader = geoip2.database.Reader(path)
    kind = reader.metadata().database_type
    for name, method in (("City", "city"), ("Country", "country"), ("Enterprise", "enterprise")):
        if name in kind:
            return _MaxMind(reader, method)
    reader.close()
    return _FlatCountries(maxminddb.open_database(path))


def _country(code: object) -> str:
    return code.upper() if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha() else ""


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
