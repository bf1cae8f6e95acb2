"""Computes all insights of a site, and stores them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

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
from common.store import Connection, load_queries
from services.worker.insights import anomalies, forecast, summary
from services.worker.insights.causes import find_causes
from services.worker.insights.history import History, read_history
from services.worker.insights.series import Series

MIN_VISITORS = 1.0
"""Visitors a day, on average over the last weeks. With fewer, everything is chance."""
INSIGHTS_KEPT = 30
"""Per site and kind: a month of nightly insights."""

_DAYS_WITH_CAUSES = 90
_RECENT_DAYS = 28
_METRICS: Final[tuple[Literal["visitors", "pageviews"], ...]] = ("visitors", "pageviews")
_SQL = load_queries("services.worker.insights")


async def compute(connection: Connection, site_id: int, timezone: str, now: datetime) -> dict[InsightKind, BaseModel]:
    """Return the insight of each kind, or ``TooLittle`` where there is not enough data for one."""
    history = await read_history(connection, site_id, timezone, now)
    insights: dict[InsightKind, BaseModel] = {}
    for kind, min_days in (
        (InsightKind.FORECAST, forecast.MIN_DAYS),
        (InsightKind.ANOMALIES, anomalies.MIN_DAYS),
        (InsightKind.SUMMARY, summary.MIN_DAYS),
    ):
        days = len(history) if history else 0
        if history is None or days < min_days:
            insights[kind] = TooLittle(reason="too-few-days", have=days, needed=min_days)
        elif kind is not InsightKind.SUMMARY and history.visitors[-_RECENT_DAYS:].mean() < MIN_VISITORS:
            visitors = round(float(history.visitors[-_RECENT_DAYS:].mean()), 2)
            insights[kind] = TooLittle(reason="too-few-visitors", have=visitors, needed=MIN_VISITORS)
        elif kind is InsightKind.FORECAST:
            insights[kind] = forecast_site(history)
        elif kind is InsightKind.ANOMALIES:
            insights[kind] = await _anomalies(connection, history)
        else:
            insights[kind] = await summary.summarize(connection, history)
    return insights


async def store_insights(
    connection: Connection, site_id: int, now: datetime, insights: Mapping[InsightKind, BaseModel]
) -> None:
    """Store the insights, delete the oldest ones, and finish the request that they answer."""
    async with connection.transaction():
        for kind, insight in insights.items():
            part = "refused" if isinstance(insight, TooLittle) else "found"
            body = {part: insight.model_dump(mode="json")}
            await connection.execute(_SQL["store_insight"], site_id, kind.value, now, body)
            await connection.execute(_SQL["delete_old_insights"], site_id, kind.value, INSIGHTS_KEPT)
        await connection.execute(_SQL["finish_request"], site_id)
        await connection.execute(_SQL["release_request"], site_id)


async def site_timezone(connection: Connection, site_id: int) -> str | None:
    """Return None for a deleted site."""
    row = await connection.fetchrow(_SQL["site"], site_id)
    return str(row["timezone"]) if row else None


def forecast_site(history: History) -> Forecast:
    """``history``: at least ``forecast.MIN_DAYS``."""
    return Forecast(
        first_day=history.first,
        last_day=history.last,
        **{metric: _metric_forecast(history.series(metric)) for metric in _METRICS},
    )


def _metric_forecast(series: Series) -> MetricForecast:
    ahead = forecast.horizon_of(len(series))
    result = forecast.forecast(forecast.Backtest(series), len(series), ahead)
    inner, outer = (result.intervals[level] for level in forecast.LEVELS)
    days = tuple(
        ExpectedDay(
            day=series.day(len(series) + index),
            expected=_rounded(result.expected[index]),
            low_80=_rounded(inner.low[index]),
            high_80=_rounded(inner.high[index]),
            low_95=_rounded(outer.low[index]),
            high_95=_rounded(outer.high[index]),
        )
        for index in range(ahead)
    )
    quality = result.quality
    return MetricForecast(
        days=days,
        quality=ForecastQuality(
            trials=quality.trials, error=round(quality.error, 3), naive_error=round(quality.naive_error, 3)
        )
        if quality
        else None,
    )


async def _anomalies(connection: Connection, history: History) -> Anomalies:
    detected = anomalies.find_anomalies({metric: history.series(metric) for metric in _METRICS})
    newest_first = []
    for each in reversed(detected):
        is_recent = (history.last - each.day).days < _DAYS_WITH_CAUSES
        newest_first.append(
            Anomaly(
                day=each.day,
                kind="spike" if each.is_spike else "dip",
                metric="visitors" if each.metric == "visitors" else "pageviews",
                value=each.value,
                expected=_rounded(each.expected),
                deviation=_rounded(each.deviation),
                score=round(each.score, 3),
                once_in_days=each.once_in_days,
                causes=await find_causes(connection, history, each) if is_recent else (),
            )
        )
    first = history.day(anomalies.first_scored(len(history)))
    return Anomalies(first_day=first, last_day=history.last, anomalies=tuple(newest_first))


def _rounded(number: float) -> float:
    return round(float(number), 1)
