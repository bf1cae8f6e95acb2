"""Features of visitors: numbers that separate bots with a browser's user agent from people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import log1p
from statistics import fmean, median, pstdev

from common.visits import SESSION_TIMEOUT

MIN_PAGES = 6
"""Visitors with fewer page views are not scored."""


@dataclass(frozen=True, slots=True)
class VisitorActivity:
    """What one visitor did."""

    pages: Sequence[tuple[datetime, str]]
    """Page views sorted by time: when, and the path."""
    engaged_ms: int
    actions: int
    """Custom events and clicks."""


FEATURES = ("many-pages", "never-twice", "fast", "regular", "unread", "deep", "around-the-clock")
"""Names of the features, which are the reasons of a score. A larger number is more like a bot."""


def features_of(activity: VisitorActivity) -> tuple[float, ...]:
    """Return one number for each of ``FEATURES``."""
    times = [at for at, _ in activity.pages]
    count = len(times)
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    within = [gap for gap in gaps if gap < SESSION_TIMEOUT.total_seconds()]
    visits = 1 + len(gaps) - len(within)
    seconds_a_page = median(within) if within else SESSION_TIMEOUT.total_seconds()
    return (
        log1p(count),
        len({path for _, path in activity.pages}) / count,
        -log1p(seconds_a_page),
        -log1p(20 * _unevenness(within if len(within) >= len(gaps) / 2 else gaps)),
        -log1p(activity.engaged_ms / count / 1_000),
        log1p(count / visits),
        float(len({at.hour for at in times})),
    )


def _unevenness(gaps: Sequence[float]) -> float:
    """Return the coefficient of variation of the gaps without the outliers: 0 for a clock, about 1 for people."""
    if len(gaps) < MIN_PAGES // 2:
        return 1.0
    usual = sorted(gaps)[: max(3, round(0.9 * len(gaps)))]
    mean = fmean(usual)
    return pstdev(usual) / mean if mean else 0.0
