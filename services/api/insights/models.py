from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from common.insights import Anomalies, Forecast, SiteSummary, TooLittle
from services.api.http.models import RequestModel, ResponseModel

MAX_DAYS = 90


class InsightState(StrEnum):
    READY = "ready"
    NOT_YET = "not-yet"
    """Not computed yet. The worker computes insights every night and on request."""
    TOO_LITTLE = "too-little"
    """There is not enough data; ``too_little`` contains what is missing."""


class ForecastQuery(RequestModel):
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 30
    """Number of days. A site with little data has a forecast for half as many days as it has data."""


class AnomaliesQuery(RequestModel):
    days: Annotated[int, Field(ge=1, le=730)] = 90
    """Number of past days."""


class _InsightBase(ResponseModel):
    site: str
    timezone: str
    state: InsightState
    computed_at: datetime | None
    """When the insight was computed, from days that were over by then."""
    requested_at: datetime | None
    """When a new computation was requested; null if none is pending."""
    too_little: TooLittle | None


class ForecastInsight(_InsightBase):
    forecast: Forecast | None


class AnomaliesInsight(_InsightBase):
    anomalies: Anomalies | None


class SummaryInsight(_InsightBase):
    summary: SiteSummary | None


class InsightRefresh(ResponseModel):
    requested_at: datetime
    """The new insights are ready when their ``computed_at`` is later, usually within seconds."""
