"""The beacon: what the collector sends to the worker about a page view or an event.

It is the contract of the stream: one MessagePack array per beacon. Fields are only ever appended, with defaults, so
that payloads of older releases still decode. Tests decode golden files.
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
    """What the beacon reports. Stored as a number; the API uses the names."""

    PAGEVIEW = 1
    EVENT = 2
    CLICK = 3
    LEAVE = 4


class Beacon(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One page view or event, without raw IP address and cookies."""

    version: int
    id: bytes
    """16 bytes: a uuid7 from the collector, or, if ``repeatable``, derived from the imported event."""
    site_id: int
    received_at: int
    """Epoch milliseconds of the server's clock; for imports, of the original event."""
    kind: Kind
    visitor_id: bytes
    """16 bytes: a keyed hash, see ``common.identity``."""
    network: str
    """Anonymized network in CIDR form (/24 or /48), or ''."""
    user_agent: str
    host: str
    path: str
    query: str = ""
    """Campaign parameters only: utm_*, ref, source, and the presence of click ids."""
    referrer: str = ""
    """Referring URL without query and fragment, or ''."""
    width: int = 0
    """Screen width in CSS pixels; 0 if unknown."""
    language: str = ""
    name: str = ""
    """Name of an event, or target URL of a click."""
    props: dict[str, Scalar] = {}
    engaged_ms: int = 0
    scroll: int = 0
    """Scroll depth, 0-100 percent."""
    automated: bool = False
    """The browser reported that it is automated (``navigator.webdriver``)."""
    repeatable: bool = False
    """The same id may be sent again (imports); the worker stores it once."""


def clean_props(props: Mapping[str, Scalar | None]) -> dict[str, Scalar]:
    """Return the properties cleaned and without nulls. Raises ``ValueError`` if they exceed the limits."""
    if len(props) > MAX_PROPS:
        raise ValueError(f"props: more than {MAX_PROPS} keys")
    cleaned: dict[str, Scalar] = {}
    for key, value in props.items():
        if value is None:
            continue
        if isinstance(value, str):
            value = clean_text(value, MAX_PROP_VALUE)
        elif not abs(value) <= MAX_PROP_NUMBER:  # also rejects NaN
            raise ValueError("props: a number beyond 2^53")
        cleaned[clean_text(key, MAX_PROP_KEY)] = value
    return cleaned


encode_beacon = msgspec.msgpack.Encoder().encode
decode_beacon = msgspec.msgpack.Decoder(Beacon).decode
