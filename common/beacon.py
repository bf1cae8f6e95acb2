"""The beacon: what the collector tells the worker about one thing that happened on a page.

The contract of the stream: one MessagePack array a beacon. Fields are only ever appended, with defaults,
so that a payload written by an older release still decodes; golden files in the tests prove it.
"""

from collections.abc import Mapping
from enum import IntEnum

import msgspec

from common.text import clean_text

VERSION = 1
MAX_USER_AGENT = 512
MAX_LANGUAGE = 35
MAX_NAME = 1_000
MAX_PROPS = 30
MAX_PROP_KEY = 100
MAX_PROP_VALUE = 500
MAX_PROP_NUMBER = 2**53

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


def clean_props(props: Mapping[str, Scalar | None]) -> dict[str, Scalar]:
    """Properties with bounded keys and values; nulls are left out. Raises ``ValueError`` for too many or too much."""
    if len(props) > MAX_PROPS:
        raise ValueError(f"props: more than {MAX_PROPS} keys")
    cleaned: dict[str, Scalar] = {}
    for key, value in props.items():
        if value is None:
            continue
        if isinstance(value, str):
            value = clean_text(value, MAX_PROP_VALUE)
        elif not abs(value) <= MAX_PROP_NUMBER:  # also what is no number
            raise ValueError("props: a number beyond 2^53")
        cleaned[clean_text(key, MAX_PROP_KEY)] = value
    return cleaned


encode_beacon = msgspec.msgpack.Encoder().encode
decode_beacon = msgspec.msgpack.Decoder(Beacon).decode
