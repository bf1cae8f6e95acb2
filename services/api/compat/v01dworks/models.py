"""Queries and responses as clients of v01dworks' API know them. Fields may be added, but none is missing."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from common.urls import MAX_PATH
from services.api.http.models import RequestModel, ResponseModel

_OMIT_IF_NONE = Field(exclude_if=lambda value: value is None)
"""Clients check whether the field is present, so it is omitted instead of null."""

MAX_DAYS = 90


class SiteQuery(RequestModel):
    model_config = ConfigDict(extra="ignore")

    site_id: Annotated[str, Field(max_length=200)] = "default"
    """Name of a site."""


class PageStatsQuery(SiteQuery):
    path: Annotated[str, Field(max_length=MAX_PATH)] = "/"
    """Exact path of the page."""


class V01dworksForecastQuery(SiteQuery):
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 7


class ListedSite(ResponseModel):
    id: str
    requires_auth: Annotated[bool, Field(alias="requiresAuth")]
    """Whether only site members and holders of a key can see its statistics."""


class ListedSites(ResponseModel):
    sites: tuple[ListedSite, ...]


class DayVisits(ResponseModel):
    date: date
    total_visits: int
    """Page views."""
    unique_visitors: int


class BotSummary(ResponseModel):
    """Page views of bots, which no other number includes."""

    total_bot_visits: int
    total_crawler_visits: int
    """Of bots that identify themselves: search engines, link previews, feed readers."""
    bots_today: int
    crawlers_today: int


class SiteStats(ResponseModel):
    """Statistics of all time, unless noted otherwise. A visit means a page view here; the largest values come first."""

    total_visits: int
    unique_visitors: int
    history: tuple[DayVisits, ...]
    """The last 30 days in the site's time zone, newest first."""
    countries: dict[str, int]
    """By ISO 3166-1 code, or `Unknown`."""
    pages: dict[str, int]
    devices: dict[str, int]
    browsers: dict[str, int]
    os: dict[str, int]
    referrers: dict[str, int]
    """`Direct`, `Search Engine`, `Social Media` or `Other`."""
    links: dict[str, int]
    """Clicks on outbound links."""
    page_countries: dict[str, dict[str, int]]
    """Countries of the most viewed pages, in the last 30 days."""
    bot_summary: BotSummary


class PageStats(ResponseModel):
    path: str
    view_count: int
    """Of all time."""
    countries: dict[str, int]


class PredictedDay(ResponseModel):
    date: date
    predicted_visits: int
    """Page views."""
    low: float
    """Lower end of the 95 % range."""
    high: float
    """Upper end of the 95 % range."""


class V01dworksForecast(ResponseModel):
    can_forecast: bool
    message: Annotated[str | None, _OMIT_IF_NONE] = None
    """Why there is no result."""
    forecast: Annotated[tuple[PredictedDay, ...] | None, _OMIT_IF_NONE] = None
    trend: Annotated[Literal["increasing", "decreasing", "stable"] | None, _OMIT_IF_NONE] = None
    slope: Annotated[float | None, _OMIT_IF_NONE] = None
    """Change in daily page views from one day to the next."""


class WeeklyGrowth(ResponseModel):
    """The last seven complete days; all 0 if there are not seven more before them."""

    current_week_visits: int = 0
    previous_week_visits: int = 0
    growth_rate_percent: float = 0.0


class V01dworksSummary(ResponseModel):
    """Averages over complete days, or of today if there is no other day."""

    error: Annotated[str | None, _OMIT_IF_NONE] = None
    """Why there is no result."""
    average_daily_visits: Annotated[float | None, _OMIT_IF_NONE] = None
    average_daily_unique: Annotated[float | None, _OMIT_IF_NONE] = None
    busiest_day_of_week: Annotated[str | None, _OMIT_IF_NONE] = None
    weekly_growth: Annotated[WeeklyGrowth | None, _OMIT_IF_NONE] = None


class AnomalousDay(ResponseModel):
    date: date
    visits: int
    """Page views or visitors, see ``metric``."""
    type: Literal["spike", "dip"]
    metric: Literal["visitors", "pageviews"]
    expected: float


class V01dworksAnomalies(ResponseModel):
    has_anomalies: bool
    message: Annotated[str | None, _OMIT_IF_NONE] = None
    """Why there is no result."""
    anomalies: Annotated[tuple[AnomalousDay, ...] | None, _OMIT_IF_NONE] = None
    """Newest first."""


BotType = Literal["bot", "crawler"]


class BotDay(ResponseModel):
    date: date
    bot_visits: int
    crawler_visits: int


class BotPage(ResponseModel):
    page_path: str
    bot_views: int
    crawler_views: int
    total: int


class BotLog(ResponseModel):
    ip_hash: str
    """Identifies the bot within the site; it cannot be reversed or looked up."""
    detected_at: datetime
    reason: str
    bot_type: BotType
    confidence: float
    """0 to 1. Rules have 1; the model returns how unusual the visitor is."""


class DetectedBot(ResponseModel):
    ip_hash: str
    request_count: int
    reason: str


class DetectedBots(ResponseModel):
    """Bots of the last 30 days and visitors suspected by the model, most requests first."""

    detected_bots_count: int
    bots: tuple[DetectedBot, ...]
    bot_daily_trend: tuple[BotDay, ...]
    top_bot_pages: tuple[BotPage, ...]
    bot_type_breakdown: dict[BotType, int]
    """Number of visits by type."""
    recent_bot_logs: tuple[BotLog, ...]


class BotTotals(ResponseModel):
    """Page views of all time."""

    total_bot_visits: int
    total_crawler_visits: int


class BotStats(ResponseModel):
    """BotActivity traffic of the last 30 days; the summary is of all time."""

    summary: BotTotals
    daily: tuple[BotDay, ...]
    """Newest first."""
    pages: tuple[BotPage, ...]
    type_breakdown: dict[BotType, int]
    recent_logs: tuple[BotLog, ...]
