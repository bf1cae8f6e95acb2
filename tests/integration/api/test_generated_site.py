"""The generated site of the benchmarks: its rows are consistent, and its reports match plain SQL."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from benchmarks.dataset.load import DatasetSpec, load
from benchmarks.dataset.rollups import build_rollups, mark_days
from benchmarks.processes import BenchmarkError
from tests.integration.api.conftest import NOW

BERLIN = ZoneInfo("Europe/Berlin")
WANTED = DatasetSpec("big", 12_000, NOW.date(), months=1)
FIRST, LAST = date(2046, 10, 26), date(2046, 11, 22)
TOTALS = """
with of_visits as (
    select
        count(distinct visitor_id) as visitors, count(*) as visits,
        100.0 * avg((pageviews <= 1 and events = 0)::int) as bounce_rate
    from visits
    where started_at >= $1 and started_at < $2 and bot_reason = ''
), of_events as (
    select count(*) filter (where kind = 1) as pageviews, count(*) filter (where kind = 2) as events
    from events
    where ts >= $1 and ts < $2 and not is_bot
)
select * from of_visits cross join of_events
"""
BY_VALUE = """
select {column} as value, count(distinct visitor_id) as visitors, count(*) as visits
from visits
where started_at >= $1 and started_at < $2 and bot_reason = ''
group by 1
"""
PAGES = """
select path as value, count(*) filter (where kind = 1) as pageviews, count(distinct visitor_id) as visitors
from events
where ts >= $1 and ts < $2 and kind in (1, 2, 3) and not is_bot
group by 1
"""
MISFITS = """
select count(*)
from events e
left join visits v
    on v.shard = e.shard and v.site_id = e.site_id and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at
where v.shard is null or e.is_bot <> (v.bot_reason <> '') or e.ts < v.started_at or e.ts > v.ended_at
"""
MISCOUNTED = """
select count(*)
from visits v
join (
    select
        shard, visitor_id, visit_started_at, count(*) filter (where kind = 1) as pageviews,
        count(*) filter (where kind in (2, 3)) as events, sum(engaged_ms) as engaged_ms
    from events
    group by 1, 2, 3
) e on e.shard = v.shard and e.visitor_id = v.visitor_id and e.visit_started_at = v.started_at
where (e.pageviews, e.events, e.engaged_ms) <> (v.pageviews, v.events, v.engaged_ms)
"""
UNMATCHED = """
select count(*)
from (
    select shard, visitor_id, min(started_at) as first_visit, max(started_at) as last_visit from visits group by 1, 2
) v
full join visitors using (shard, visitor_id, first_visit, last_visit)
where visitors.site_id is null or v.visitor_id is null or visitors.shard is null
"""


@pytest.fixture
async def site(client, pool, database_url):
    loaded_days = []
    loaded = await load(database_url, WANTED, NOW, lambda day, _: loaded_days.append(day.date))
    assert loaded_days == [WANTED.first + timedelta(days=n) for n in range(31)]
    return loaded


@pytest.fixture
def ask(client, admin):
    async def get(report, **query):
        days = {"period": "custom", "from": FIRST.isoformat(), "to": LAST.isoformat()}
        answer = await client.get(f"/api/v1/sites/big/stats/{report}", params={**days, **query}, headers=admin.headers)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    return get


def span():
    return datetime.combine(FIRST, time(), BERLIN), datetime.combine(LAST + timedelta(days=1), time(), BERLIN)


async def test_generated_rows_are_consistent(site, pool):
    assert site.visits == WANTED.visits == await pool.fetchval("select count(*) from visits")
    assert site.events == await pool.fetchval("select count(*) from events")
    assert site.visitors == await pool.fetchval("select count(*) from visitors")
    for misfits in (MISFITS, MISCOUNTED, UNMATCHED):
        assert await pool.fetchval(misfits) == 0
    latest = await pool.fetchval("select max(ended_at) from visits")
    assert latest < NOW
    assert await pool.fetchval("select count(distinct shard) from visits") == 4


async def test_site_with_data_is_not_filled_again(site, database_url):
    with pytest.raises(BenchmarkError, match="it has data already"):
        await load(database_url, WANTED, NOW, lambda *_: None)


async def test_rollup_reports_match_sql_over_raw_rows(site, database_url, pool, ask):
    await mark_days(database_url, site.site_id, WANTED.first, WANTED.until)
    await build_rollups(database_url)
    assert await pool.fetchval("select count(*) from stale_days") == 0
    summary = await ask("summary")
    assert summary["accuracy"]["source"] == "rollups"
    expected = await pool.fetchrow(TOTALS, *span())
    for name in ("visits", "pageviews", "events"):
        assert summary[name] == expected[name]
    assert summary["bounce_rate"] == pytest.approx(float(expected["bounce_rate"]), abs=0.06)
    assert summary["visitors"] == pytest.approx(expected["visitors"], rel=0.03)
    columns = {"country": "country", "source": "source", "referrer": "referrer", "entry": "entry_page"}
    for dimension, column in columns.items():
        await _same_rows(ask, pool, dimension, BY_VALUE.format(column=column), "visits")
    await _same_rows(ask, pool, "page", PAGES, "pageviews")


async def _same_rows(ask, pool, dimension, sql, counted):
    expected = {row["value"]: row for row in await pool.fetch(sql, *span())}
    report = await ask(f"breakdown/{dimension}", limit="1000", sort=f"-{counted}")
    assert len(report["rows"]) == min(1000, report["total"])
    for row in report["rows"]:
        raw = expected[row["value"]]
        assert row[counted] == raw[counted]
        # A page's visitors are those of visits that started in the range, not of all events in it.
        assert row["visitors"] == pytest.approx(raw["visitors"], rel=0.06, abs=2)
