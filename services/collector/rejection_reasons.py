"""Why a beacon is rejected. Response status, ``X-Beacon-Rejected`` header and metric follow from one enum."""

from enum import StrEnum

HEADER = "X-Beacon-Rejected"


class RejectionReason(StrEnum):
    MALFORMED = "malformed"
    """The body or the page's URL cannot be parsed (``payload.decode_payload``, ``Intake.accept``)."""
    UNKNOWN_SITE = "unknown-site"
    """No site of that name is registered (``SiteRegistry.find``)."""
    WRONG_ORIGIN = "wrong-origin"
    """The page's origin is not one of the site's allowed origins (``Intake.accept``, ``KnownSite.allows``)."""
    PRIVACY_SIGNAL = "privacy-signal"
    """The visitor opted out, and the site drops such visitors (``VisitorIdentifier.identify``)."""
    TOO_LARGE = "too-large"
    """The body is longer than ``collector.max_body_bytes`` (``handlers``)."""
    RATE_LIMITED = "rate-limited"
    """The client sent too many beacons (``RateLimiter.allow``)."""
    UNAVAILABLE = "unavailable"
    """Neither Redis nor the spool can store the beacon now (``GroupCommit``, ``SpoolingWriter``)."""

    @property
    def status(self) -> int:
        return _STATUS[self]


_STATUS = {
    RejectionReason.MALFORMED: 400,
    RejectionReason.UNKNOWN_SITE: 404,
    RejectionReason.WRONG_ORIGIN: 403,
    RejectionReason.PRIVACY_SIGNAL: 403,
    RejectionReason.TOO_LARGE: 413,
    RejectionReason.RATE_LIMITED: 429,
    RejectionReason.UNAVAILABLE: 503,
}


class RejectedError(Exception):
    """The beacon is not stored. ``detail`` is one line for the response body; it repeats no input."""

    def __init__(self, reason: RejectionReason, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
