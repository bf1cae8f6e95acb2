"""What a page says of itself, and who says it: the collector's input, apart from how it travelled."""

from enum import StrEnum

import msgspec

from common.beacon import Kind, Scalar
from services.collector.refusals import Refusal, RefusedError


class KindName(StrEnum):
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


class Hit(msgspec.Struct, gc=False):
    """The body of ``POST /collect``. Unknown fields are ignored, so that a newer tracker is understood."""

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


class Sender(msgspec.Struct, frozen=True, gc=False):
    """What the request itself tells: facts of the connection and of headers."""

    ip: str
    user_agent: str
    origin: str = ""
    """The ``Origin`` header, or ''."""
    cookie: str = ""
    """The value of the visitor cookie that the collector set, or ''."""
    opted_out: bool = False
    """``Sec-GPC: 1`` or ``DNT: 1`` was sent."""
    same_site: bool = False
    """The browser says that page and collector are of one site, so that a cookie set here is first-party."""


_decode = msgspec.json.Decoder(Hit).decode


def decode_hit(body: bytes) -> Hit:
    """Raises ``RefusedError`` with the field that is wrong."""
    try:
        hit = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RefusedError(Refusal.MALFORMED, str(error)) from None
    if not hit.name and hit.kind in (KindName.EVENT, KindName.CLICK):
        raise RefusedError(Refusal.MALFORMED, f"`name` is required for kind `{hit.kind}`")
    return hit
