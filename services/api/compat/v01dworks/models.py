"""Answers as clients of the older API know them. What ours adds is added; nothing that they read is missing."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.api.http.models import ResponseModel

_IF_SAID = Field(exclude_if=lambda value: value is None)
"""Left out where there is nothing to say: clients look whether the field is there."""


class ListedSite(ResponseModel):
    id: str
    requires_auth: Annotated[bool, Field(alias="requiresAuth")]
    """Whether its numbers are for those only whom it lists, or who hold a key of it."""


class ListedSites(ResponseModel):
    sites: tuple[ListedSite, ...]


class DayVisits(ResponseModel):
    date: date
    total_visits: int
    """Page views."""
    unique_visitors: int


class BotSummary(ResponseModel):
    """Page views of programs. They are in none of the other numbers."""

    total_bot_visits: int
    total_crawler_visits: int
    """Of those that name themselves: search engines, previews, feed readers."""
    bots_today: int
    crawlers_today: int


class SiteStats(ResponseModel):
    """Of all time, but for what says otherwise. A visit is a page view here; the greatest come first."""

    total_visits: int
    unique_visitors: int
    history: tuple[DayVisits, ...]
    """Of the last 30 days by the site's calendar, the newest first."""
    countries: dict[str, int]
    """By ISO 3166-1 code, or `Unknown`."""
    pages: dict[str, int]
    devices: dict[str, int]
    browsers: dict[str, int]
    os: dict[str, int]
    referrers: dict[str, int]
    """`Direct`, `Search Engine`, `Social Media` or `Other`."""
    links: dict[str, int]
    """Clicks on links that lead elsewhere."""
    page_countries: dict[str, dict[str, int]]
    """Of the most viewed pages: where from, in the last 30 days."""
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
    """19 of 20 days lie between this and ``high``."""
    high: float


class SeedForecast(ResponseModel):
    can_forecast: bool
    message: Annotated[str | None, _IF_SAID] = None
    """Why there is none."""
    forecast: Annotated[tuple[PredictedDay, ...] | None, _IF_SAID] = None
    trend: Annotated[Literal["increasing", "decreasing", "stable"] | None, _IF_SAID] = None
    slope: Annotated[float | None, _IF_SAID] = None
    """Page views a day that each day has more than the one before."""


class WeeklyGrowth(ResponseModel):
    """Of the last seven days that are over; all 0 where there are not seven more before them."""

    current_week_visits: int = 0
    previous_week_visits: int = 0
    growth_rate_percent: float = 0.0


class SeedSummary(ResponseModel):
    """Of the days that are over; of today as long as there is no other."""

    error: Annotated[str | None, _IF_SAID] = None
    """Why there is none."""
    average_daily_visits: Annotated[float | None, _IF_SAID] = None
    average_daily_unique: Annotated[float | None, _IF_SAID] = None
    busiest_day_of_week: Annotated[str | None, _IF_SAID] = None
    weekly_growth: Annotated[WeeklyGrowth | None, _IF_SAID] = None


class AnomalousDay(ResponseModel):
    date: date
    visits: int
    """Page views, or visitors: as ``metric`` says."""
    type: Literal["spike", "dip"]
    metric: Literal["visitors", "pageviews"]
    expected: float


class SeedAnomalies(ResponseModel):
    has_anomalies: bool
    message: Annotated[str | None, _IF_SAID] = None
    """Why nothing can be said."""
    anomalies: Annotated[tuple[AnomalousDay, ...] | None, _IF_SAID] = None
    """The newest first."""


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
    """Names the program among others; nothing can be looked up by it."""
    detected_at: datetime
    reason: str
    bot_type: BotType
    confidence: float
    """0 to 1. A rule is sure; the model says how unusual the visitor is."""


class DetectedBot(ResponseModel):
    ip_hash: str
    request_count: int
    reason: str


class DetectedBots(ResponseModel):
    """Programs of the last 30 days and visitors whom the model suspects, those that asked for most first."""

    detected_bots_count: int
    bots: tuple[DetectedBot, ...]
    bot_daily_trend: tuple[BotDay, ...]
    top_bot_pages: tuple[BotPage, ...]
    bot_type_breakdown: dict[BotType, int]
    """How many visits each kind made."""
    recent_bot_logs: tuple[BotLog, ...]


class BotTotals(ResponseModel):
    """Page views of all time."""

    total_bot_visits: int
    total_crawler_visits: int


class BotStats(ResponseModel):
    """Of the last 30 days, but for the summary."""

    summary: BotTotals
    daily: tuple[BotDay, ...]
    """The newest first."""
    pages: tuple[BotPage, ...]
    type_breakdown: dict[BotType, int]
    recent_logs: tuple[BotLog, ...]
