"""Compares the store with the acknowledged beacons."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from common.beacon import Kind
from common.clock import system_clock
from common.config import Settings
from common.outcomes import BACKLOG, READ
from common.rollups import Grain, RollupDimension
from common.store import open_pool
from common.streams import StreamReader, StreamServers
from services.api.operations.accounting.service import OutcomeRepository
from services.worker.rollups.compaction import Compaction
from services.worker.rollups.rebuild import Rebuild
from tests.chaos.client import Sent
from tests.support.recount import recounted, rolled_up

_MAX_RECOUNTED = 150_000
"""Sites with more events are compared by their totals only, because the recount is slow."""
_PREFETCH = 50_000


@dataclass(slots=True)
class Findings:
    stored: int = 0
    """Number of stored beacons."""
    lost: list[int] = field(default_factory=list)
    """Acknowledged but not stored."""
    duplicated: list[int] = field(default_factory=list)
    never_sent: list[int] = field(default_factory=list)
    unanswered_stored: int = 0
    """Stored without an acknowledgment."""
    dead_letters: int = 0
    accounts: dict[str, int] = field(default_factory=dict)
    """Outcomes of all beacons: accepted, stored, dead, backlog, dropped."""
    disagreements: list[str] = field(default_factory=list)
    """Sums that should be equal but are not."""
    visits: int = 0
    rollup_rows: int = 0
    """Number of rollups compared with a recount."""


async def check(settings: Settings, streams: StreamServers, shards: int, sent: Sent) -> Findings:
    pool = await open_pool(settings.database, application="tests")
    try:
        found = Findings()
        await _compare_numbers(pool, sent, found)
        await _compare_accounts(pool, streams, shards, found)
        await _compare_visits(pool, found)
        await _compare_rollups(pool, shards, found)
        return found
    finally:
        await pool.close()


async def _compare_numbers(pool: Any, sent: Sent, found: Findings) -> None:
    stored: Counter[int] = Counter()
    async with pool.acquire() as connection, connection.transaction():
        async for row in connection.cursor("select (props ->> 'n')::bigint from events", prefetch=_PREFETCH):
            stored[row[0] if row[0] is not None else -1] += 1
    acknowledged, unanswered = set(sent.acknowledged), set(sent.unanswered)
    assert len(acknowledged) == len(sent.acknowledged), "the client sent a number twice"
    found.stored = stored.total()
    found.lost = sorted(acknowledged - stored.keys())
    found.duplicated = sorted(number for number, times in stored.items() if times > 1)
    found.unanswered_stored = len(unanswered & stored.keys())
    found.never_sent = sorted(stored.keys() - acknowledged - unanswered)


async def _compare_accounts(pool: Any, streams: StreamServers, shards: int, found: Findings) -> None:
    outcomes = await OutcomeRepository(pool, StreamReader(streams), shards).read()
    by_outcome: Counter[str] = Counter()
    for (_, outcome), beacons in outcomes.by_site.items():
        by_outcome[outcome] += beacons
    read = by_outcome.pop(READ, 0)
    found.accounts = {"accepted": outcomes.accepted, **dict(sorted(by_outcome.items()))}
    found.dead_letters = await pool.fetchval("select count(*) from dead_letters")
    expect = _expecting(found)
    expect("accepted and sum of outcomes", outcomes.accepted, by_outcome.total())
    expect("accepted and read", outcomes.accepted, read)
    expect("counted as stored and events", by_outcome["stored"], found.stored)
    expect("counted as dead and dead letters", by_outcome["dead"], found.dead_letters)
    expect("backlog", by_outcome[BACKLOG], 0)


async def _compare_visits(pool: Any, found: Findings) -> None:
    expect = _expecting(found)
    row = await pool.fetchrow(
        "select count(*) as visits, sum(pageviews)::bigint as pageviews, sum(events)::bigint as events from visits"
    )
    kinds = dict(await pool.fetch("select kind, count(*) from events group by kind"))
    found.visits = row["visits"]
    expect("page views of visits and of events", row["pageviews"], kinds.get(Kind.PAGEVIEW.value, 0))
    expect("custom events of visits and of events", row["events"], kinds.get(Kind.EVENT.value, 0))
    orphans = await pool.fetchval(
        "select count(*) from events e where not exists (select from visits v where v.shard = e.shard"
        " and v.site_id = e.site_id and v.visitor_id = e.visitor_id and v.started_at = e.visit_started_at)"
    )
    expect("events without a visit", orphans, 0)
    inconsistent = await pool.fetchval(
        "select count(*) from visits v join (select shard, site_id, visitor_id, visit_started_at,"
        f" count(*) filter (where kind = {Kind.PAGEVIEW.value}) as pageviews,"
        f" count(*) filter (where kind = {Kind.EVENT.value}) as events, min(ts) as first, max(ts) as last"
        " from events group by 1, 2, 3, 4) e on e.shard = v.shard and e.site_id = v.site_id"
        " and e.visitor_id = v.visitor_id and e.visit_started_at = v.started_at"
        " where (v.pageviews, v.events) is distinct from (e.pageviews, e.events)"
        " or v.ended_at < e.last or v.started_at > v.ended_at"
    )
    expect("visits that disagree with their events", inconsistent, 0)


async def _compare_rollups(pool: Any, shards: int, found: Findings) -> None:
    """Compare the compacted rollups, and then, including exits, the rebuilt ones."""
    while await Compaction(pool, system_clock).run(600, everything=True):
        pass
    stale = await pool.fetchval("select count(*) from stale_days where not exits_only")
    if not stale:
        await _compare_with_recount(pool, found, exits=False)
    while await Rebuild(pool, range(shards), system_clock).run(600, at_once=True):
        pass
    await _compare_with_recount(pool, found, exits=True)


async def _compare_with_recount(pool: Any, found: Findings, *, exits: bool) -> None:
    expect = _expecting(found)
    for site_id, name in await pool.fetch("select id, name from sites order by id"):
        rows = await rolled_up(pool, site_id)
        events = await pool.fetchval("select count(*) from events where site_id = $1", site_id)
        pageviews = await pool.fetchval(
            "select coalesce(sum(pageviews), 0)::bigint from visits where site_id = $1 and bot_reason = ''", site_id
        )
        totals = [n for key, n in rows.items() if (key.dimension, key.grain) == (RollupDimension.TOTAL, Grain.MONTH)]
        expect(f"{name}: page views of rollups and of visits", sum(n.sums[3] for n in totals), pageviews)
        if events > _MAX_RECOUNTED:
            continue
        recount = await recounted(pool, site_id, "UTC", exits=exits)
        if not exits:
            rows = {key: numbers for key, numbers in rows.items() if key.dimension is not RollupDimension.EXIT}
        found.rollup_rows += len(rows)
        expect(f"{name}: rollups without a recount", len(rows.keys() - recount.keys()), 0)
        expect(f"{name}: recounts without a rollup", len(recount.keys() - rows.keys()), 0)
        different = [key for key in rows.keys() & recount.keys() if rows[key].sums != recount[key].sums]
        expect(f"{name}: rollups that differ from the recount {different[:3]}", len(different), 0)


def _expecting(found: Findings) -> Any:
    def expect(what: str, one: int, other: int) -> None:
        if one != other:
            found.disagreements.append(f"{what}: {one} and {other}")

    return expect
