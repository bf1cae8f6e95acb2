"""Every query of the API: that the schema has what it names, and that it reads no more than it must."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from common.store import load_queries
from services.api.reports.compose import VisitRange, events_by_bucket, visits_by_bucket
from tests.support.rows import add_visit

ROOT = Path(__file__).parents[3]
STATEMENT = re.compile(r"(\s*--[^\n]*\n)*\s*(select|insert|update|delete|with|lock|declare)\b")
# Others, and those with marks in braces, are parts of queries; test_filters.py prepares what they are put together to.
QUERIES = {
    f"{folder}/{name}": query
    for folder in sorted({path.parent.relative_to(ROOT) for path in ROOT.glob("services/api/**/queries.sql")})
    for name, query in load_queries(".".join(folder.parts)).items()
    if "{" not in query and STATEMENT.match(query)
} | {f"common/store/{name}": query for name, query in load_queries("common.store").items() if STATEMENT.match(query)}
BEGIN, END = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)


def test_there_are_queries_to_check():
    assert len(QUERIES) > 100


@pytest.mark.parametrize("name", QUERIES)
async def test_statement_prepares_against_schema(pool, name):
    async with pool.acquire() as connection:
        await connection.prepare(QUERIES[name])


@pytest.mark.parametrize(
    ("query", "table", "index"),
    [(visits_by_bucket, "visits", "shard_site_id_started_at_idx"), (events_by_bucket, "events", "pkey")],
)
@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_count_reads_only_matching_partition(pool, query, table, index, mode):
    arguments = "1, $1, $2, '{0,1,2,3}', array[$1]" + (", 1, 2, 3, 4" if query is events_by_bucket else "")
    arguments = arguments.replace("$1", f"'{BEGIN}'::timestamptz").replace("$2", f"'{END}'::timestamptz")
    async with pool.acquire() as connection:
        for month in range(1, 13):
            await connection.execute("select ensure_partition($1, $2)", table, date(2026, month, 1))
        for site in range(1, 30):
            for day in range(28):
                visitor = bytes([site, day]) * 8
                await add_visit(connection, site, datetime(2026, 3, day + 1, 5, tzinfo=UTC), visitor=visitor)
        await connection.execute("analyze")
        await connection.execute(f"set plan_cache_mode = {mode}")
        await connection.execute(f"prepare asked as {query(VisitRange(1, BEGIN, END, range(4)), [BEGIN], ()).text}")
        explained = await connection.fetchval(f"explain (format json, analyze) execute asked ({arguments})")
    plan = json.dumps(json.loads(explained))
    assert f"{table}_2026_03" in plan
    assert f"{table}_2026_02" not in plan
    assert f"{table}_2026_04" not in plan
    for part in ("sampled", "others"):
        assert f"{table}_2026_03_{part}_{index}" in plan
    assert timedelta(days=3) == END - BEGIN


async def test_sample_reads_only_its_part_of_partition(pool):
    query = visits_by_bucket(VisitRange(1, BEGIN, END, (0,)), [BEGIN], ())
    async with pool.acquire() as connection:
        await connection.execute("select ensure_partition('visits', $1)", BEGIN.date())
        explained = await connection.fetch(f"explain {query.text}", *query.args)
    plan = "\n".join(row[0] for row in explained)
    assert "visits_2026_03_sampled" in plan
    assert "visits_2026_03_others" not in plan
