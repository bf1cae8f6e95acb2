"""A transaction of one shard stays on the server that has the shard."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from common.store import load_queries
from services.worker.ingest.writer import SQL
from services.worker.rollups.store import SQL as ROLLUPS

STORE = load_queries("common.store")
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHO = UUID(int=7)
STATEMENTS = {
    "lock_shard": (STORE["lock_shard"], 3),
    "try_lock_shard": (STORE["try_lock_shard"], 3),
    "erasures_since": (SQL["erasures_since"], 3, AT),
    "visits_in_reach": SQL.bind(
        "visits_in_reach", shard=3, site_ids=[1], visitor_ids=[WHO], min_start=AT, max_start=AT, min_end=AT,
    ),
    "upsert_visitors": (SQL["upsert_visitors"], 3, [1, 2], [WHO, WHO], [AT, AT], [AT, AT]),
    "update_visits": SQL.bind(
        "update_visits", shard=3, site_ids=[1], visitor_ids=[WHO], starts=[AT], ends=[AT], pageviews=[2], events=[1],
        engaged_ms=[5], exit_pages=["/"], min_start=AT, max_start=AT,
    ),
    "add_bot_candidates": (SQL["add_bot_candidates"], 3, [1], [WHO], [AT]),
    "add_dead_letters": SQL.bind(
        "add_dead_letters", shard=3, failed_at=AT, ids=[WHO], site_ids=[1], received_at=[AT], errors=["storing"],
        payloads=[b"x"],
    ),
    "add_counts": (SQL["add_counts"], 3, date(2026, 11, 22), [1, 2], ["stored", "dead"], [5, 6]),
    "add_accepted": (SQL["add_accepted"], 3, [1, 2], [5, 6]),
    "advance_shard": (SQL["advance_shard"], 3, "1-0", AT, 5, 5),
    "mark_stale": (
        load_queries("common.rollups")["mark_stale"], 3, [1, 2], [AT.date(), AT.date()], [False, True], AT,
    ),
    "delete_deltas": (ROLLUPS["delete_deltas"], 3, 1, date(2026, 11, 22), [WHO]),
    "take_deltas": (ROLLUPS["take_deltas"], 3, 1, [WHO]),
    "clear_marks": (ROLLUPS["clear_marks"], 3, 1, [date(2026, 11, 22)], [False], [1]),
}  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
async def test_ingest_statement_is_one_task(pool, name):
    sql, *arguments = STATEMENTS[name]
    async with pool.acquire() as connection:
        [[plan]] = await connection.fetch(f"explain (format json) {sql}", *arguments)
    text = json.dumps(plan) if not isinstance(plan, str) else plan
    assert re.findall(r'"Task Count": (\d+)', text) == ["1"]
    assert "pull to coordinator" not in text


async def test_shards_are_spread_over_several_servers(pool):
    placed = Counter(
        row["nodeport"]
        for row in await pool.fetch("select nodeport from citus_shards where table_name = 'visitors'::regclass")
    )
    assert len(placed) > 1
    assert max(placed.values()) - min(placed.values()) <= 1
