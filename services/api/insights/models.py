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
    """No worker has looked at the site. It does every night, and when it is asked to."""
    TOO_LITTLE = "too-little"
    """It has, and there is too little to say anything honest; ``too_little`` tells what is missing."""


class ForecastQuery(RequestModel):
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 30
    """How far ahead. A site whose past is short is looked ahead half as far as back."""


class AnomaliesQuery(RequestModel):
    days: Annotated[int, Field(ge=1, le=730)] = 90
    """How far back."""


class _InsightBase(ResponseModel):
    site: str
    timezone: str
    state: InsightState
    computed_at: datetime | None
    """When the worker looked; the day of then, and those after it, are not part of what it saw."""
    requested_at: datetime | None
    """Since when a worker is to look again; null: it is not."""
    too_little: TooLittle | None


class ForecastInsight(_InsightBase):
    forecast: Forecast | None


class AnomaliesInsight(_InsightBase):
    anomalies: Anomalies | None


class SummaryInsight(_InsightBase):
    summary: SiteSummary | None


class InsightRefresh(ResponseModel):
    requested_at: datetime
    """The insights are new when their ``computed_at`` is later; that takes some seconds."""
