"""The table of visits, compared with the one list of its columns; Python and SQL, compared with each other."""

import uuid
from datetime import UTC, datetime

import pytest

from common.dimensions import VISIT_DIMENSIONS, visit_values
from common.store.queries import Queries
from common.visits import LONGEST_VISIT, SESSION_TIMEOUT, VISIT_COLUMNS, is_bounce
from tests.support.rows import add_visit

NAMES = {"timestamp with time zone": "timestamptz"}


async def test_schema_has_exactly_the_columns_of_a_visit(pool):
    rows = await pool.fetch(
        "select column_name, data_type, is_nullable from information_schema.columns where table_name = 'visits'"
    )
    types = {row["column_name"]: NAMES.get(row["data_type"], row["data_type"]) for row in rows}
    assert types == dict(VISIT_COLUMNS)
    assert {row["is_nullable"] for row in rows} == {"NO"}


@pytest.mark.parametrize(("pageviews", "events"), [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)])
async def test_sql_agrees_on_what_a_bounce_is(pool, pageviews, events):
    query = Queries({"bounce": "select ${is_bounce} from (select $1::int as pageviews, $2::int as events) v"})
    assert await pool.fetchval(query["bounce"], pageviews, events) is is_bounce(pageviews, events)


async def test_sql_agrees_on_the_limits_of_a_visit(pool):
    query = Queries({"limits": "select ${session_timeout}, ${longest_visit}"})
    assert tuple(await pool.fetchrow(query["limits"])) == (SESSION_TIMEOUT, LONGEST_VISIT)


@pytest.mark.parametrize("filled", [False, True])
async def test_sql_shows_the_same_values_as_python(pool, filled):
    started = datetime(2026, 3, 5, tzinfo=UTC)
    await add_visit(pool, 1, started, visitor=uuid.uuid4().bytes)
    if filled:
        texts = ", ".join(f"{d.column} = 'some {d.name}'" for d in VISIT_DIMENSIONS)
        await pool.execute(f"update visits set {texts}")
    opening = [dimension for dimension in VISIT_DIMENSIONS if dimension.source is not None]
    row = await pool.fetchrow(f"select {', '.join(dimension.sql() for dimension in opening)} from visits v")
    columns = await pool.fetchrow(f"select {', '.join(dimension.column for dimension in opening)} from visits")
    assert tuple(row) == visit_values(columns)
