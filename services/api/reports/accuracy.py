"""How an answer was made, and how far it can be relied on."""

from enum import StrEnum

from services.api.http.models import ResponseModel


class Source(StrEnum):
    RAW = "raw"
    """All visits and events of the range, counted one by one."""
    ROLLUPS = "rollups"
    """Counted in advance; visitors are estimated where there are many."""
    SAMPLE = "sample"
    """The visits and events of some of the visitors, scaled up."""


class Accuracy(ResponseModel):
    source: Source = Source.RAW
    exact: bool = True
    visitors_error: float | None = None
    """Standard error of ``visitors``, as a fraction of it; null where it is exact."""
    sampled: float | None = None
    """The fraction of all visitors that was looked at; null: all of them."""


EXACT = Accuracy()


def together(parts: list[Accuracy]) -> Accuracy:
    """Of an answer that was made from several: that of the least exact. ``parts`` has at least one."""
    return max(parts, key=lambda part: (not part.exact, part.visitors_error or 0.0))
