"""Numbers from rollups are the numbers from the raw rows."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from common.config import Settings
from services.api.reports.buckets import Interval
from services.api.reports.counts_reader import CountsReader
from services.api.reports.params import BreakdownQuery, Sort, SortColumn, SummaryQuery, TimeseriesQuery
from services.api.reports.plan import ReadLimits
from services.api.reports.raw_reader import RawReader
from services.api.reports.report_dimensions import DIMENSIONS, rollup_dimension
from services.api.reports.rollups.snapshot import RollupReader
from services.api.reports.service import ReportService
from services.api.sites.models import Site
from services.worker.app import open_worker
from tests.integration.api.seeding import some_beacons, store

ALWAYS_ROLLED, ALWAYS_RAW = ReadLimits(few_visits=-1, stale_days=10_000), ReadLimits(few_visits=10**9)
BEGIN, END = datetime(2046, 10, 20, tzinfo=UTC), datetime(2046, 11, 22, 12, tzinfo=UTC)
SPANS = [
    {"period": "day"},
    {"period": "30d"},
    {"period": "custom", "from": date(2046, 10, 22), "to": date(2046, 11, 14)},
]
ROLLED = [dimension for dimension in DIMENSIONS.values() if rollup_dimension(dimension) is not None]


@pytest.fixture
def make_service(pool, api_settings: Settings, clock):
    def make(limits: ReadLimits) -> ReportService:
        shards = api_settings.install.shards
        raw = RawReader(pool, shards)
        counting = CountsReader(raw, RollupReader(pool, shards), shards, limits)

        async def as_they_are(filters, _site):
            return filters

        return ReportService(counting, raw.first_visit, as_they_are, clock)

    return make


@pytest.fixture
async def put_together(api_settings, clock):
    """Compact or rebuild, as the periodic tasks of the worker do."""

    async def run(*, compact: bool = False, rebuild: bool = False) -> None:
        async with open_worker(api_settings, clock, burst=True) as worker:
            if compact:
                await worker.compaction.run(60, everything=True)
            if rebuild:
                await worker.rebuild.run(60, at_once=True)

    return run


@pytest.fixture
async def new_site(client, admin, pool):
    async def make(timezone: str) -> Site:
        body = {"name": "shop", "url": "https://shop.example", "timezone": timezone}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
        row = await pool.fetchrow("select * from sites where name = 'shop'")
        return Site(
            **{name: row[name] for name in ("id", "name", "url", "timezone", "created_at", "retention_days")},
            origins=(),
            identity="cookie",
            privacy_signal="honor",
            bot_policy="separate",
            public=False,
            signature_schemes=frozenset(),
        )

    return make


def numbers(report):
    """Everything but how it was made."""
    return report.model_dump(exclude={"accuracy", "as_of"})


async def equal_everywhere(rolled: ReportService, raw: ReportService, site: Site) -> None:
    for span in SPANS:
        for query in (SummaryQuery(**span), SummaryQuery(**span, compare="previous")):
            summary = await rolled.summary(site, query)
            assert (summary.accuracy.source, summary.accuracy.exact) == ("rollups", True)
            assert summary.visitors
            assert summary.pageviews
            assert numbers(summary) == numbers(await raw.summary(site, query))
        for interval in Interval:
            timeseries = TimeseriesQuery(**span, interval=interval)
            assert numbers(await rolled.timeseries(site, timeseries)) == numbers(
                await raw.timeseries(site, timeseries)
            ), interval
        for dimension in ROLLED:
            breakdown = BreakdownQuery(**span, compare="previous")
            assert numbers(await rolled.breakdown(site, dimension, breakdown)) == numbers(
                await raw.breakdown(site, dimension, breakdown)
            ), dimension.name


@pytest.mark.parametrize("timezone", ["UTC", "Australia/Lord_Howe"])
async def test_reports_agree_with_pending_deltas_and_stale_days(
    new_site, make_service, put_together, pool, redis, api_settings, clock, timezone
):
    site = await new_site(timezone)
    rolled, raw = make_service(ALWAYS_ROLLED), make_service(ALWAYS_RAW)
    beacons = some_beacons(Random(timezone), site.id, BEGIN, END, visits=150)
    await store(beacons[::2], api_settings, redis, clock)
    await equal_everywhere(rolled, raw, site)  # all deltas are pending
    await put_together(compact=True)
    await store(beacons[1::2], api_settings, redis, clock)
    await equal_everywhere(rolled, raw, site)  # half of the deltas are pending
    await put_together(compact=True, rebuild=True)
    await equal_everywhere(rolled, raw, site)
    for day in (date(2046, 10, 31), date(2046, 11, 1), date(2046, 11, 9), date(2046, 11, 22)):
        await pool.execute("insert into stale_days values (0, $1, $2, false, now())", site.id, day)
    await pool.execute("update rollups set visits = 77, pageviews = 99 where bucket in ('2046-11-01', '2046-11-09')")
    await equal_everywhere(rolled, raw, site)  # some days are stale


async def test_single_filter_and_any_sort_agree_with_raw_rows(
    new_site, make_service, put_together, pool, redis, api_settings, clock
):
    site = await new_site("Europe/Berlin")
    rolled, raw = make_service(ALWAYS_ROLLED), make_service(ALWAYS_RAW)
    await store(some_beacons(Random(7), site.id, BEGIN, END, visits=200), api_settings, redis, clock)
    await put_together(compact=True)
    for wanted in ("browser:is:Chrome", "browser:is:Chrome|Firefox", "hostname:is:nowhere.example", "source:is:"):
        summary = SummaryQuery(period="30d", filter=[wanted], compare="previous")
        found = await rolled.summary(site, summary)
        assert found.accuracy.source == "rollups"
        assert numbers(found) == numbers(await raw.summary(site, summary))
        for interval in (Interval.DAY, Interval.WEEK, Interval.MONTH):
            timeseries = TimeseriesQuery(period="30d", filter=[wanted], interval=interval)
            series = await rolled.timeseries(site, timeseries)
            assert series.accuracy.source == "rollups"
            assert numbers(series) == numbers(await raw.timeseries(site, timeseries))
    for dimension in (DIMENSIONS["page"], DIMENSIONS["browser_version"]):
        for sort in [Sort(column, descending) for column in SortColumn for descending in (True, False)]:
            for page in (1, 2, 40):
                breakdown = BreakdownQuery(period="30d", sort=sort, limit=3, page=page, search="e")
                assert numbers(await rolled.breakdown(site, dimension, breakdown)) == numbers(
                    await raw.breakdown(site, dimension, breakdown)
                ), (dimension.name, sort, page)


@pytest.mark.parametrize(
    "wanted", ["browser:is_not:Chrome", "browser:contains:Chr", "page:is:/", "exit:is:/", "property.plan:is:pro"]
)
async def test_reports_without_rollups_are_counted_from_raw_rows(new_site, make_service, wanted):
    site = await new_site("UTC")
    found = await make_service(ALWAYS_ROLLED).summary(site, SummaryQuery(period="30d", filter=[wanted]))
    assert found.accuracy.source == "raw"
