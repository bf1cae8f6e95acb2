"""What a browser sends in a beacon, and what its request reveals about the client; independent of HTTP."""

from enum import StrEnum

import msgspec

from common.beacon import Kind, Scalar
from services.collector.rejection_reasons import RejectedError, RejectionReason


class KindName(StrEnum):
    """The kinds of beacons as the JSON body names them."""

    PAGEVIEW = "pageview"
    EVENT = "event"
    CLICK = "click"
    LEAVE = "leave"

    @property
    def kind(self) -> Kind:
        return _KINDS[self]


_KINDS = {
    KindName.PAGEVIEW: Kind.PAGEVIEW,
    KindName.EVENT: Kind.EVENT,
    KindName.CLICK: Kind.CLICK,
    KindName.LEAVE: Kind.LEAVE,
}


class BeaconPayload(msgspec.Struct, gc=False):
    """The body of ``POST /collect``. Unknown fields are ignored, so that newer trackers keep working."""

    site: str
    url: str
    kind: KindName = KindName.PAGEVIEW
    referrer: str | None = None
    visitor: str | None = None
    """The value of the first-party cookie that the tracker set."""
    width: float | None = None
    language: str | None = None
    name: str | None = None
    """Name of an event, or the target URL of a click."""
    props: dict[str, Scalar | None] | None = None
    engaged_ms: float | None = None
    scroll: float | None = None
    webdriver: bool | None = None


class ClientInfo(msgspec.Struct, frozen=True, gc=False):
    """What the connection and the headers of a request reveal about the client."""

    ip: str
    user_agent: str
    origin: str = ""
    """The ``Origin`` header, or ''."""
    cookie: str = ""
    """The value of the visitor cookie that the collector set, or ''."""
    opted_out: bool = False
    """``Sec-GPC: 1`` or ``DNT: 1`` was sent."""
    same_site: bool = False
    """Page and collector belong to the same site, as the browser reports it: a cookie set here is first-party."""


_decode = msgspec.json.Decoder(BeaconPayload).decode


def decode_payload(body: bytes) -> BeaconPayload:
    """Decode the body of ``POST /collect``. Raises ``RejectedError`` that names the invalid field."""
    try:
        payload = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RejectedError(RejectionReason.MALFORMED, str(error)) from None
    if not payload.name and payload.kind in (KindName.EVENT, KindName.CLICK):
        raise RejectedError(RejectionReason.MALFORMED, f"`name` is required for kind `{payload.kind}`")
    return payload
