"""All insights of a site, as they are kept."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel

from common.insights import (
    Anomalies,
    Anomaly,
    ExpectedDay,
    Forecast,
    ForecastQuality,
    InsightKind,
    MetricForecast,
    TooLittle,
)
from services.worker.insights import anomalies, forecast, summary
from services.worker.insights.causes import causes_of
from services.worker.insights.history import History, read_history
from services.worker.insights.series import Series

FEWEST_VISITORS = 1.0
"""A day, on average of the last weeks: with fewer there is nothing but chance."""

_EXPLAINED_DAYS = 90
_LATELY = 28
_METRICS: Final[tuple[Literal["visitors", "pageviews"], ...]] = ("visitors", "pageviews")


async def compute(connection: Any, site_id: int, timezone: str, now: datetime) -> dict[InsightKind, BaseModel]:
    """What is found out, or ``TooLittle`` where that would be guessing."""
    history = await read_history(connection, site_id, timezone, now)
    found: dict[InsightKind, BaseModel] = {}
    for kind, needed in (
        (InsightKind.FORECAST, forecast.FEWEST_DAYS),
        (InsightKind.ANOMALIES, anomalies.FEWEST_DAYS),
        (InsightKind.SUMMARY, summary.FEWEST_DAYS),
    ):
        have = len(history) if history else 0
        if history is None or have < needed:
            found[kind] = TooLittle(reason="too-few-days", have=have, needed=needed)
        elif kind is not InsightKind.SUMMARY and history.visitors[-_LATELY:].mean() < FEWEST_VISITORS:
            lately = round(float(history.visitors[-_LATELY:].mean()), 2)
            found[kind] = TooLittle(reason="too-few-visitors", have=lately, needed=FEWEST_VISITORS)
        elif kind is InsightKind.FORECAST:
            found[kind] = foresee(history)
        elif kind is InsightKind.ANOMALIES:
            found[kind] = await _anomalies(connection, history)
        else:
            found[kind] = await summary.summarise(connection, history)
    return found


def foresee(history: History) -> Forecast:
    """``history``: at least ``forecast.FEWEST_DAYS``."""
    return Forecast(
        first_day=history.first,
        last_day=history.last,
        **{metric: _of_metric(history.series(metric)) for metric in _METRICS},
    )


def _of_metric(series: Series) -> MetricForecast:
    ahead = forecast.horizon_of(len(series))
    made = forecast.forecast(forecast.Trials(series), len(series), ahead)
    inner, outer = (made.ranges[level] for level in forecast.LEVELS)
    days = tuple(
        ExpectedDay(
            day=series.day(len(series) + place),
            expected=_rounded(made.expected[place]),
            low_80=_rounded(inner.low[place]),
            high_80=_rounded(inner.high[place]),
            low_95=_rounded(outer.low[place]),
            high_95=_rounded(outer.high[place]),
        )
        for place in range(ahead)
    )
    quality = made.quality
    return MetricForecast(
        days=days,
        quality=ForecastQuality(
            trials=quality.trials, error=round(quality.error, 3), naive_error=round(quality.naive_error, 3)
        )
        if quality
        else None,
    )


async def _anomalies(connection: Any, history: History) -> Anomalies:
    found = anomalies.find_anomalies({metric: history.series(metric) for metric in _METRICS})
    told = []
    for each in reversed(found):
        is_recent = (history.last - each.day).days < _EXPLAINED_DAYS
        told.append(
            Anomaly(
                day=each.day,
                kind="spike" if each.is_spike else "dip",
                metric="visitors" if each.metric == "visitors" else "pageviews",
                value=each.value,
                expected=_rounded(each.expected),
                deviation=_rounded(each.deviation),
                score=round(each.score, 3),
                once_in_days=each.once_in_days,
                causes=await causes_of(connection, history, each) if is_recent else (),
            )
        )
    first = history.day(anomalies.first_judged(len(history)))
    return Anomalies(first_day=first, last_day=history.last, anomalies=tuple(told))


def _rounded(number: float) -> float:
    return round(float(number), 1)
