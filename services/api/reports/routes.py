from functools import partial
from hashlib import blake2b
from typing import TypeVar

from aiohttp import web

from services.api.accounts.auth.models import Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint, Reply
from services.api.goals.routes import GOALS
from services.api.openapi.tags import Tag
from services.api.reports.conversions.goal_filters import with_targets
from services.api.reports.counting import Counting
from services.api.reports.dimensions import dimension_of
from services.api.reports.errors import TooManyPointsError, UnknownDimensionError
from services.api.reports.models import Breakdown, Report, Summary, Timeseries
from services.api.reports.params import BreakdownQuery, ReportFormat, ReportQuery, SummaryQuery, TimeseriesQuery
from services.api.reports.plan import Limits
from services.api.reports.reports import StatsService
from services.api.reports.repository import StatsRepository
from services.api.reports.rollups.snapshot import RolledStats
from services.api.reports.selection import Selections
from services.api.reports.tables import breakdown_table, summary_table, timeseries_table
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES

STATS = web.AppKey("stats", StatsService)
RAW = web.AppKey("raw", StatsRepository)
"""One for all reports, since it limits how many connections they take together."""
SELECTIONS = web.AppKey("selections", Selections)

Answer = TypeVar("Answer", bound=Report)


def setup(app: web.Application, deps: Dependencies) -> None:
    raw = StatsRepository(deps.pool, deps.shards)
    counting = Counting(raw, RolledStats(deps.pool, deps.shards), deps.shards, Limits())
    app[RAW] = raw
    app[SELECTIONS] = Selections(raw, app[GOALS], deps.shards, deps.clock)
    app[STATS] = StatsService(counting, raw.first_visit, partial(with_targets, goals=app[GOALS]), deps.clock)


async def summary(request: web.Request, viewer: Viewer, query: SummaryQuery) -> Reply[Summary]:
    """Get the metrics of a period."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    report = await request.app[STATS].summary(site, query)
    return _reply(report, query, summary_table(report, query.metrics) if _is_table(query) else None, "summary")


async def timeseries(request: web.Request, viewer: Viewer, query: TimeseriesQuery) -> Reply[Timeseries]:
    """Get the metrics of each hour, day, week or month of a period."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    report = await request.app[STATS].timeseries(site, query)
    return _reply(report, query, timeseries_table(report, query.metrics) if _is_table(query) else None, "timeseries")


async def breakdown(request: web.Request, viewer: Viewer, query: BreakdownQuery) -> Reply[Breakdown]:
    """Get the metrics of each value of a dimension.

    Dimensions are, for example, `page`, `source`, `country` and `browser`.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    dimension = dimension_of(request.match_info["dimension"], query.property_key)
    report = await request.app[STATS].breakdown(site, dimension, query)
    return _reply(report, query, breakdown_table(report, query.metrics) if _is_table(query) else None, "breakdown")


def _is_table(query: ReportQuery) -> bool:
    return query.format is ReportFormat.CSV


def _reply(report: Answer, query: ReportQuery, table: str | None, name: str) -> Reply[Answer]:
    """The tag says what the numbers are, not when they were read."""
    what = table if table is not None else report.model_dump_json(exclude={"as_of"})
    tag = blake2b(what.encode(), digest_size=16).hexdigest()
    if table is None:
        return Reply(report, etag=tag)
    file = f"{report.site}-{name}-{report.first_day}-{report.last_day}.csv"
    return Reply(report, headers={"Content-Disposition": f'attachment; filename="{file}"'}, etag=tag, csv=table)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/summary",
        summary,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getSummary",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
        media_types=("text/csv",),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/timeseries",
        timeseries,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getTimeseries",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, TooManyPointsError),
        media_types=("text/csv",),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/breakdown/{dimension}",
        breakdown,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getBreakdown",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, UnknownDimensionError),
        media_types=("text/csv",),
    ),
)
