"""Why a beacon was not taken: the answer's status, its ``X-Beacon-Rejected`` header and a metric, from one enum."""

from enum import StrEnum

HEADER = "X-Beacon-Rejected"


class Refusal(StrEnum):
    MALFORMED = "malformed"
    UNKNOWN_SITE = "unknown-site"
    WRONG_ORIGIN = "wrong-origin"
    PRIVACY_SIGNAL = "privacy-signal"
    TOO_LARGE = "too-large"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"

    @property
    def status(self) -> int:
        return _STATUS[self]


_STATUS = {
    Refusal.MALFORMED: 400,
    Refusal.UNKNOWN_SITE: 404,
    Refusal.WRONG_ORIGIN: 403,
    Refusal.PRIVACY_SIGNAL: 403,
    Refusal.TOO_LARGE: 413,
    Refusal.RATE_LIMITED: 429,
    Refusal.UNAVAILABLE: 503,
}


class RefusedError(Exception):
    """The beacon is not kept. ``detail`` is one line for whoever reads the answer; it repeats no input."""

    def __init__(self, refusal: Refusal, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.refusal = refusal
        self.detail = detail
        self.retry_after = retry_after
