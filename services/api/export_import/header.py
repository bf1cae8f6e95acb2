"""What a file says of itself: the first line of JSON lines, and the metadata of Parquet."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from common.sites import NUMBERS_DEPEND_ON
from common.version import VERSION
from services.api.export_import.errors import NotAnExportError
from services.api.sites.models import Site

FORMAT = "pyuniqvisit-export"
FORMAT_VERSION = 1

Count = Annotated[int, msgspec.Meta(ge=0)]


class ExportedSettings(msgspec.Struct, frozen=True):
    """How the site counted. Told, not imposed: an import leaves the settings of its site alone."""

    name: str
    url: str
    timezone: str
    identity: str
    privacy_signal: str
    bot_policy: str
    origins: tuple[str, ...] = ()
    retention_days: int | None = None


class Header(msgspec.Struct, frozen=True, kw_only=True):
    format: str = FORMAT
    version: int = FORMAT_VERSION
    software: str = f"PyUniqVisit {VERSION}"
    exported_at: datetime
    from_: date | None = msgspec.field(name="from", default=None)
    to: date | None = None
    site: ExportedSettings
    visits: Count
    events: Count


def header_of(
    site: Site, exported_at: datetime, days: tuple[date | None, date | None], rows: tuple[int, int]
) -> Header:
    """``days``: the first and the last day that were asked for; ``rows``: visits and events in the file."""
    return Header(
        exported_at=exported_at, from_=days[0], to=days[1], site=_settings(site), visits=rows[0], events=rows[1]
    )


def write_header(header: Header) -> bytes:
    """JSON, in one line without its end."""
    return msgspec.json.encode(header)


def read_header(text: bytes) -> Header:
    """Raises ``NotAnExportError``."""
    try:
        header = msgspec.json.decode(text, type=Header)
    except msgspec.MsgspecError:
        raise NotAnExportError("this file does not begin as an export of PyUniqVisit does") from None
    if header.format != FORMAT:
        raise NotAnExportError("this file says to be something else than an export of PyUniqVisit")
    if header.version != FORMAT_VERSION:
        raise NotAnExportError(f"this file has version {header.version} of the format; known is {FORMAT_VERSION}")
    return header


def different_settings(header: Header, site: Site) -> tuple[str, ...]:
    """The settings that the site of the file had otherwise: what its numbers then mean is for people to judge."""
    theirs, ours = header.site, _settings(site)
    return tuple(name for name in NUMBERS_DEPEND_ON if getattr(theirs, name) != getattr(ours, name))


def _settings(site: Site) -> ExportedSettings:
    return ExportedSettings(**{name: getattr(site, name) for name in ExportedSettings.__struct_fields__})
