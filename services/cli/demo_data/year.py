"""When they come: growth, seasons, weekdays, hours, and now and then a day that nobody expected."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import pi, sin
from random import Random
from typing import NamedTuple

DAYS = 365
_WEEKDAYS = (1.12, 1.15, 1.13, 1.08, 0.98, 0.74, 0.80)
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 11, 12, 12, 11, 10, 9, 9, 10, 11, 10, 7, 4)
_GROWTH = 0.9
"""Of a year, as a part of its beginning."""


class Burst(NamedTuple):
    """Visits that one link brings within two days."""

    days_ago: int
    times: float
    """So many times an ordinary day."""
    referrer: str
    path: str


BURSTS = (
    Burst(301, 3.5, "https://news.ycombinator.com/", "articles/why-sand-squeaks"),
    Burst(176, 2.2, "https://www.reddit.com/r/coolguides/", "articles/reading-a-rock-pool"),
    Burst(47, 3.0, "https://news.ycombinator.com/", "articles/a-clock-made-of-tides"),
    Burst(9, 1.6, "https://bsky.app/", "articles/the-crab-census"),
)


class Moment(NamedTuple):
    at: datetime
    burst: Burst | None


def moments(random: Random, visits: int, until: datetime) -> Iterator[Moment]:
    """About ``visits`` moments of the year before ``until`` at which somebody comes, rising by day."""
    shape = [_weight(random, until - timedelta(days=ago), ago) for ago in range(DAYS - 1, -1, -1)]
    usual = [shape[DAYS - 1 - burst.days_ago] for burst in BURSTS]
    unit = visits / (sum(shape) + sum(weight * burst.times for weight, burst in zip(usual, BURSTS, strict=True)))
    for number, weight in enumerate(shape):
        ago = DAYS - 1 - number
        day = (until - timedelta(days=ago)).date()
        midnight = datetime.combine(day, time(), until.tzinfo)
        found = [_moment(random, midnight, _HOURS, None) for _ in range(_about(random, weight * unit))]
        for burst, ordinary in zip(BURSTS, usual, strict=True):
            if burst.days_ago - ago in (0, 1):
                share = 0.72 if burst.days_ago == ago else 0.28
                count = _about(random, ordinary * burst.times * unit * share)
                found += [_moment(random, midnight, _HOURS[3:] + _HOURS[:3], burst) for _ in range(count)]
        yield from sorted(moment for moment in found if moment.at < until)


def _weight(random: Random, day: datetime, ago: int) -> float:
    growth = 1 + _GROWTH * (DAYS - ago) / DAYS
    season = 1 + 0.14 * sin(2 * pi * (day.timetuple().tm_yday - 80) / 365)
    return growth * season * _WEEKDAYS[day.weekday()] * random.uniform(0.9, 1.1)


def _about(random: Random, expected: float) -> int:
    """A whole number of visits, as often above as below."""
    return max(0, round(random.gauss(expected, expected**0.5)))


def _moment(random: Random, midnight: datetime, hours: tuple[int, ...], burst: Burst | None) -> Moment:
    [hour] = random.choices(range(24), hours)
    return Moment(midnight + timedelta(hours=hour, seconds=random.random() * 3600), burst)
