"""Habits of visitors, as numbers: what tells programs from people where they call themselves browsers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log1p
from statistics import fmean, median, pstdev

PAGES_AT_LEAST = 6
"""Of fewer page views nothing can be said."""
_PAUSE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of one visitor."""

    pages: Sequence[tuple[datetime, str]]
    """Page views in the order of time: when, and the path."""
    engaged_ms: int
    done: int
    """Events and clicks."""


HABITS = ("many-pages", "never-twice", "fast", "regular", "unread", "deep", "around-the-clock")
"""The reasons. Each habit is a number that is greater the more it is a program's."""


def habits_of(observed: Observed) -> tuple[float, ...]:
    """One number for each of ``HABITS``."""
    times = [at for at, _ in observed.pages]
    count = len(times)
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    within = [gap for gap in gaps if gap < _PAUSE.total_seconds()]
    visits = 1 + len(gaps) - len(within)
    seconds_a_page = median(within) if within else _PAUSE.total_seconds()
    return (
        log1p(count),
        len({path for _, path in observed.pages}) / count,
        -log1p(seconds_a_page),
        -log1p(20 * _unevenness(within if len(within) >= len(gaps) / 2 else gaps)),
        -log1p(observed.engaged_ms / count / 1_000),
        log1p(count / visits),
        float(len({at.hour for at in times})),
    )


def _unevenness(gaps: Sequence[float]) -> float:
    """Of the time between page views, without the most unusual ones: 0 for a clock, about 1 for people."""
    if len(gaps) < PAGES_AT_LEAST // 2:
        return 1.0
    usual = sorted(gaps)[: max(3, round(0.9 * len(gaps)))]
    mean = fmean(usual)
    return pstdev(usual) / mean if mean else 0.0
