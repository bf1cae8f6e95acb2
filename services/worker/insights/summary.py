"""A summary of a site: averages, busiest times, the last week compared with the one before, and records."""

from datetime import timedelta
from typing import Final, Literal

import numpy as np

from common.insights import (
    Averages,
    Change,
    HourAverage,
    Record,
    SiteSummary,
    WeekdayAverage,
    WeekOverWeek,
)
from common.metrics import rounded_growth
from common.store import Connection
from services.worker.insights.history import History, count_visitors, visits_by_hour
from services.worker.insights.series import WEEK, Numbers, weekdays

MIN_DAYS = WEEK

_MONTH_DAYS = 30
_WEEKDAY_DAYS = 12 * WEEK
_HOUR_DAYS = 4 * WEEK
_METRICS: Final[tuple[Literal["visitors", "visits", "pageviews"], ...]] = ("visitors", "visits", "pageviews")


async def summarize(connection: Connection, history: History) -> SiteSummary:
    """``history``: at least ``MIN_DAYS``."""
    by_weekday = _by_weekday(history)
    hours = await visits_by_hour(connection, history, _HOUR_DAYS)
    by_hour = tuple(HourAverage(hour=hour, visits=round(float(visits), 1)) for hour, visits in enumerate(hours))
    return SiteSummary(
        first_day=history.first,
        last_day=history.last,
        last_month=_averages(history, min(_MONTH_DAYS, len(history))),
        all_time=_averages(history, len(history)),
        busiest_weekday=max(by_weekday, key=lambda each: each.visitors),
        weekdays=by_weekday,
        busiest_hour=max(by_hour, key=lambda each: each.visits) if hours.any() else None,
        hours=by_hour,
        week_over_week=await _week_over_week(connection, history),
        records=tuple(_record(history, metric) for metric in _METRICS),
    )


def _averages(history: History, days: int) -> Averages:
    means = {metric: round(float(history.series(metric).values[-days:].mean()), 1) for metric in _METRICS}
    return Averages(days=days, **means)


def _by_weekday(history: History) -> tuple[WeekdayAverage, ...]:
    visitors = history.visitors[-_WEEKDAY_DAYS:]
    days = weekdays(history.day(len(history) - len(visitors)), len(visitors))
    return tuple(
        WeekdayAverage(weekday=day + 1, visitors=round(float(visitors[days == day].mean()), 1)) for day in range(WEEK)
    )


async def _week_over_week(connection: Connection, history: History) -> WeekOverWeek:
    now = [history.last - timedelta(days=n) for n in range(WEEK)]
    before = [day - timedelta(days=WEEK) for day in now]
    return WeekOverWeek(
        visitors=_change(
            await count_visitors(connection, history.site_id, now),
            await count_visitors(connection, history.site_id, before),
        ),
        visits=_sums(history.visits),
        pageviews=_sums(history.pageviews),
    )


def _sums(numbers: Numbers) -> Change:
    return _change(int(numbers[-WEEK:].sum()), int(numbers[-2 * WEEK : -WEEK].sum()))


def _change(now: int, before: int) -> Change:
    return Change(now=now, before=before, percent=rounded_growth(now, before))


def _record(history: History, metric: Literal["visitors", "visits", "pageviews"]) -> Record:
    values = history.series(metric).values
    index = int(np.argmax(values))
    return Record(metric=metric, day=history.day(index), value=int(values[index]))
