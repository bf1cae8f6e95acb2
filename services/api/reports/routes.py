from functools import partial
from hashlib import blake2b
from typing import TypeVar

from aiohttp import web

from services.api.accounts.auth.models import Caller, Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint, Reply
from services.api.funnels.models import FunnelNotFoundError
from services.api.funnels.routes import FUNNELS
from services.api.goals.routes import GOALS
from services.api.openapi.tags import Tag
from services.api.reports.buckets import TooManyPointsError
from services.api.reports.cohorts import CohortRetention, CohortRetentionQuery, CohortService
from services.api.reports.conversions.models import (
    FunnelConversionsQuery,
    FunnelReport,
    GoalConversionsQuery,
    GoalReport,
)
from services.api.reports.conversions.service import ConversionService
from services.api.reports.counts_reader import CountsReader
from services.api.reports.csv_tables import breakdown_table, summary_table, timeseries_table
from services.api.reports.filters import resolve_goals
from services.api.reports.models import Breakdown, Report, Summary, Timeseries
from services.api.reports.overview.models import Overview, OverviewQuery
from services.api.reports.overview.service import OverviewReader, OverviewService
from services.api.reports.params import BreakdownQuery, ReportFormat, ReportQuery, SummaryQuery, TimeseriesQuery
from services.api.reports.paths import Paths, PathService, PathsQuery
from services.api.reports.plan import ReadLimits
from services.api.reports.raw_reader import RawReader
from services.api.reports.realtime import Realtime, RealtimeQuery, RealtimeService
from services.api.reports.report_dimensions import UnknownDimensionError, dimension_of
from services.api.reports.rollups.snapshot import RollupReader
from services.api.reports.selection import SelectionBuilder
from services.api.reports.service import ReportService
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

STATS = web.AppKey("stats", ReportService)
RAW = web.AppKey("raw", RawReader)
"""The only one, since it limits how many connections all reports take together."""
OVERVIEW = web.AppKey("overview", OverviewService)
CONVERSIONS = web.AppKey("conversions", ConversionService)
REALTIME = web.AppKey("realtime", RealtimeService)
COHORTS = web.AppKey("retention", CohortService)
PATHS = web.AppKey("paths", PathService)

Answer = TypeVar("Answer", bound=Report)


def setup(app: web.Application, deps: Dependencies) -> None:
    goals = app[GOALS]
    raw = RawReader(deps.pool, deps.shards)
    counting = CountsReader(raw, RollupReader(deps.pool, deps.shards), deps.shards, ReadLimits())
    selections = SelectionBuilder(raw, goals, deps.shards, deps.clock)
    resolve = partial(resolve_goals, goals=goals)
    app[RAW] = raw
    app[STATS] = ReportService(counting, raw.first_visit, resolve, deps.clock)
    app[OVERVIEW] = OverviewService(OverviewReader(deps.pool, deps.shards), deps.clock)
    app[CONVERSIONS] = ConversionService(raw, selections, goals)
    app[REALTIME] = RealtimeService(raw, resolve, deps.shards, deps.clock)
    app[COHORTS] = CohortService(raw, selections)
    app[PATHS] = PathService(raw, selections)


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


async def overview(request: web.Request, caller: Caller, query: OverviewQuery) -> Overview:
    """Get an overview of all sites.

    The sites that the caller can see, each in its own time zone.
    """
    return await request.app[OVERVIEW].of(await request.app[SITES].visible(caller), query)


async def goals(request: web.Request, viewer: Viewer, query: GoalConversionsQuery) -> GoalReport:
    """Get the conversions of each goal.

    Visitors, conversions and conversion rate.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[CONVERSIONS].goals(site, query)


async def funnel(request: web.Request, viewer: Viewer, query: FunnelConversionsQuery) -> FunnelReport:
    """Get the visitors of each step of a funnel."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    wanted = await request.app[FUNNELS].get(site, request.match_info["funnel"])
    return await request.app[CONVERSIONS].funnel(site, wanted, query)


async def realtime(request: web.Request, viewer: Viewer, query: RealtimeQuery) -> Realtime:
    """Get the current visitors and the last 30 minutes."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[REALTIME].realtime(site, query)


async def retention(request: web.Request, viewer: Viewer, query: CohortRetentionQuery) -> CohortRetention:
    """Get cohort retention.

    How many visitors returned, by the day or week of their first visit.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[COHORTS].retention(site, query)


async def paths(request: web.Request, viewer: Viewer, query: PathsQuery) -> Paths:
    """Get the paths of visits.

    The first pages of visits, or the pages viewed before and after a given page.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return await request.app[PATHS].paths(site, query)


def _is_table(query: ReportQuery) -> bool:
    return query.format is ReportFormat.CSV


def _reply(report: Answer, query: ReportQuery, table: str | None, name: str) -> Reply[Answer]:
    """Make the reply, with an ETag of the numbers that ignores when they were read."""
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
    Endpoint("GET", "/api/v1/overview", overview, tag=Tag.REPORTS, operation_id="getOverview", scope=Scope.READ_STATS),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/goals",
        goals,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getGoalConversions",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/funnels/{funnel}",
        funnel,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getFunnelConversions",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, FunnelNotFoundError),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/realtime",
        realtime,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getRealtime",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/cohort-retention",
        retention,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getCohortRetention",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, TooManyPointsError),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/stats/paths",
        paths,
        Access.VIEWER,
        tag=Tag.REPORTS,
        operation_id="getPaths",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
)
