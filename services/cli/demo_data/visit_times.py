"""When visits to the demo site start: growth, seasons, weekdays, hours and traffic spikes."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import pi, sin
from random import Random
from typing import NamedTuple

DAYS = 365
_WEEKDAYS = (1.12, 1.15, 1.13, 1.08, 0.98, 0.74, 0.80)
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 11, 12, 12, 11, 10, 9, 9, 10, 11, 10, 7, 4)
_GROWTH = 0.9
"""Growth over the year, relative to its start."""


class TrafficSpike(NamedTuple):
    """Visits from a single link, within two days."""

    days_ago: int
    factor: float
    """Relative to an ordinary day."""
    referrer: str
    path: str


SPIKES = (
    TrafficSpike(301, 3.5, "https://news.ycombinator.com/", "articles/why-sand-squeaks"),
    TrafficSpike(176, 2.2, "https://www.reddit.com/r/coolguides/", "articles/reading-a-rock-pool"),
    TrafficSpike(47, 3.0, "https://news.ycombinator.com/", "articles/a-clock-made-of-tides"),
    TrafficSpike(9, 1.6, "https://bsky.app/", "articles/the-crab-census"),
)


class VisitTime(NamedTuple):
    at: datetime
    spike: TrafficSpike | None
    """The spike that the visit belongs to, if any."""


def visit_times(random: Random, visits: int, until: datetime) -> Iterator[VisitTime]:
    """Generate the start times of about ``visits`` visits in the year before ``until``, day by day."""
    shape = [_weight(random, until - timedelta(days=ago), ago) for ago in range(DAYS - 1, -1, -1)]
    usual = [shape[DAYS - 1 - spike.days_ago] for spike in SPIKES]
    unit = visits / (sum(shape) + sum(weight * spike.factor for weight, spike in zip(usual, SPIKES, strict=True)))
    for number, weight in enumerate(shape):
        ago = DAYS - 1 - number
        day = (until - timedelta(days=ago)).date()
        midnight = datetime.combine(day, time(), until.tzinfo)
        found = [_random_time(random, midnight, _HOURS, None) for _ in range(_random_count(random, weight * unit))]
        for spike, ordinary in zip(SPIKES, usual, strict=True):
            if spike.days_ago - ago in (0, 1):
                share = 0.72 if spike.days_ago == ago else 0.28
                count = _random_count(random, ordinary * spike.factor * unit * share)
                found += [_random_time(random, midnight, _HOURS[3:] + _HOURS[:3], spike) for _ in range(count)]
        yield from sorted(time for time in found if time.at < until)


def _weight(random: Random, day: datetime, ago: int) -> float:
    growth = 1 + _GROWTH * (DAYS - ago) / DAYS
    season = 1 + 0.14 * sin(2 * pi * (day.timetuple().tm_yday - 80) / 365)
    return growth * season * _WEEKDAYS[day.weekday()] * random.uniform(0.9, 1.1)


def _random_count(random: Random, expected: float) -> int:
    """Return a random whole number around ``expected``."""
    return max(0, round(random.gauss(expected, expected**0.5)))


def _random_time(random: Random, midnight: datetime, hours: tuple[int, ...], spike: TrafficSpike | None) -> VisitTime:
    [hour] = random.choices(range(24), hours)
    return VisitTime(midnight + timedelta(hours=hour, seconds=random.random() * 3600), spike)
