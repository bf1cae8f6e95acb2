"""The beacon: what the collector tells the worker about one thing that happened on a page.

The contract of the stream: one MessagePack array a beacon. Fields are only ever appended, with defaults,
so that a payload written by an older release still decodes; golden files in the tests prove it.
"""

from enum import IntEnum

import msgspec

VERSION = 1
MAX_PROPS = 30
MAX_USER_AGENT = 512

Scalar = str | int | float | bool


class Kind(IntEnum):
    """What happened. Stored as a small number; the names are the API's."""

    PAGEVIEW = 1
    EVENT = 2
    CLICK = 3
    LEAVE = 4


class Beacon(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One thing that happened, already free of raw IP addresses and cookies."""

    version: int
    id: bytes
    """16 bytes: a uuid7 made by the collector, or, with ``repeatable``, derived from what was imported."""
    site_id: int
    received_at: int
    """Epoch milliseconds of the server's clock; for imports, of the original event."""
    kind: Kind
    visitor_id: bytes
    """16 bytes: a keyed hash, see ``common.identity``."""
    network: str
    """Anonymised network in CIDR form (/24 or /48), or ''."""
    user_agent: str
    host: str
    path: str
    query: str = ""
    """Only what campaigns need: utm_*, ref, source, and click ids reduced to their presence."""
    referrer: str = ""
    """Referring URL without query and fragment, or ''."""
    width: int = 0
    """Screen width in CSS pixels; 0 when unknown."""
    language: str = ""
    name: str = ""
    """Name of an event, or target URL of a click."""
    props: dict[str, Scalar] = {}
    engaged_ms: int = 0
    scroll: int = 0
    """Depth reached, 0-100 percent."""
    automated: bool = False
    """The browser said that it is driven by a program (``navigator.webdriver``)."""
    repeatable: bool = False
    """The same id may come again (imports); the worker stores it once."""


encode_beacon = msgspec.msgpack.Encoder().encode
decode_beacon = msgspec.msgpack.Decoder(Beacon).decode
