"""A dimension that is only in the table arrives everywhere."""

import asyncio
import json
import sys


async def test_dimension_in_the_table_flows_from_a_beacon_to_reports_and_exports(database_url, valkey, pool, redis):
    await pool.execute("alter table visits add column weather text not null default ''")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.dimension.follow", database_url, valkey.url,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    visits = ["rain", "rain", "sun", "sun", "sun"]
    assert json.loads(out.splitlines()[-1]) == {
        "visit": visits,
        "rollups": {"rain": 2, "sun": 3},
        "rebuilt": {"rain": 2, "sun": 3},
        "breakdown": {"rain": 3, "sun": 3},
        "filter": 2,
        "visits": visits,
        "export": visits,
        "import": {"rain": 2, "sun": 3},
        "openapi": True,
    }
