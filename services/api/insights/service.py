"""Reads insights and requests new ones."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from common.clock import Clock, utc
from common.insights import MAX_ATTEMPTS, Anomalies, Forecast, InsightKind, MetricForecast, SiteSummary, TooLittle
from common.store import Pool, load_queries
from services.api.insights.models import AnomaliesInsight, ForecastInsight, InsightRefresh, InsightState, SummaryInsight
from services.api.sites.models import Site

_SQL = load_queries(__package__)


class StoredInsight(NamedTuple):
    computed_at: datetime
    body: dict[str, Any]
    """Contains the key ``found`` or ``refused``."""


class InsightRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def latest(self, site_id: int, kind: InsightKind) -> StoredInsight | None:
        row = await self._pool.fetchrow(_SQL["latest"], site_id, kind.value)
        return StoredInsight(row["computed_at"], row["body"]) if row else None

    async def requested_at(self, site_id: int) -> datetime | None:
        """Return when a new computation was requested; None if none is pending."""
        requested: datetime | None = await self._pool.fetchval(_SQL["pending_request"], site_id, MAX_ATTEMPTS)
        return requested

    async def request_refresh(self, site_id: int, now: datetime) -> None:
        await self._pool.execute(_SQL["request"], site_id, now)


class InsightService:
    def __init__(self, insights: InsightRepository, clock: Clock) -> None:
        self._insights = insights
        self._clock = clock

    async def forecast(self, site: Site, days: int) -> ForecastInsight:
        """Return the forecast from today on."""
        common, found = await self._latest(site, InsightKind.FORECAST)
        forecast = Forecast.model_validate(found) if found else None
        if forecast is None:
            return ForecastInsight(**common, forecast=None)
        today = self._today(site)
        ahead = {
            metric: _between(getattr(forecast, metric), today, today + timedelta(days=days))
            for metric in ("visitors", "pageviews")
        }
        return ForecastInsight(**common, forecast=forecast.model_copy(update=ahead))

    async def anomalies(self, site: Site, days: int) -> AnomaliesInsight:
        common, found = await self._latest(site, InsightKind.ANOMALIES)
        anomalies = Anomalies.model_validate(found) if found else None
        if anomalies is None:
            return AnomaliesInsight(**common, anomalies=None)
        since = self._today(site) - timedelta(days=days)
        recent = tuple(each for each in anomalies.anomalies if each.day >= since)
        return AnomaliesInsight(**common, anomalies=anomalies.model_copy(update={"anomalies": recent}))

    async def summary(self, site: Site) -> SummaryInsight:
        common, found = await self._latest(site, InsightKind.SUMMARY)
        return SummaryInsight(**common, summary=SiteSummary.model_validate(found) if found else None)

    async def refresh(self, site: Site) -> InsightRefresh:
        """Request a new computation by the worker."""
        now = utc(self._clock())
        await self._insights.request_refresh(site.id, now)
        return InsightRefresh(requested_at=now)

    async def _latest(self, site: Site, kind: InsightKind) -> tuple[dict[str, Any], Any]:
        """Return the fields that all insights have, and the insight itself, if there is one."""
        stored = await self._insights.latest(site.id, kind)
        refused = stored.body.get("refused") if stored else None
        state = InsightState.NOT_YET if stored is None else InsightState.TOO_LITTLE if refused else InsightState.READY
        common = {
            "site": site.name,
            "timezone": site.timezone,
            "state": state,
            "computed_at": stored.computed_at if stored else None,
            "requested_at": await self._insights.requested_at(site.id),
            "too_little": TooLittle.model_validate(refused) if refused else None,
        }
        return common, stored.body.get("found") if stored else None

    def _today(self, site: Site) -> date:
        return utc(self._clock()).astimezone(site.zone).date()


def _between(metric: MetricForecast, first: date, end: date) -> MetricForecast:
    return metric.model_copy(update={"days": tuple(each for each in metric.days if first <= each.day < end)})
