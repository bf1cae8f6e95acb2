"""Stored visits and visitors that violate the limits of behavior."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from asyncpg import Record

from common.store import Connection
from common.visits import SESSION_TIMEOUT
from services.worker.bots.behavior import Activity, verdict_of_visit, verdict_of_visitor
from services.worker.bots.site_bot_policy import BehaviorLimits
from services.worker.bots.visits import SQL, ClassifiedVisit, VisitKey


async def verdicts_of_visits(
    connection: Connection, shard: int, site_id: int, visits: Sequence[ClassifiedVisit], limits: BehaviorLimits
) -> dict[VisitKey, str]:
    """Return the violated rule of each visit above a limit."""
    minimum = limits.smallest
    busy = [visit for visit in visits if minimum is not None and visit.pageviews + visit.events > minimum]
    if not busy:
        return {}
    query = SQL.bind(
        "events_of_visits",
        shard=shard,
        site_id=site_id,
        visitor_ids=[visit.visitor_id for visit in busy],
        starts=[visit.started_at for visit in busy],
        since=min(visit.started_at for visit in busy) - SESSION_TIMEOUT,
        until=max(visit.ended_at for visit in busy),
    )
    rows = await connection.fetch(*query)
    events: dict[VisitKey, list[Activity]] = defaultdict(list)
    for visitor_id, started_at, at, path in rows:
        events[VisitKey(visitor_id, started_at)].append((at, path))
    verdicts = {key: verdict_of_visit(each, limits) for key, each in events.items()}
    return {key: verdict for key, verdict in verdicts.items() if verdict}


async def verdicts_of_visitors(
    connection: Connection, shard: int, site_id: int, visitors: Collection[UUID], limits: BehaviorLimits
) -> dict[UUID, tuple[str, list[VisitKey]]]:
    """Return, for each visitor above a limit, the violated rule and all visits of the visitor."""
    if not limits.lifetime_paths or not visitors:
        return {}
    histories: dict[UUID, list[Record]] = defaultdict(list)
    for row in await connection.fetch(SQL["visit_histories"], shard, site_id, list(visitors), limits.lifetime_paths):
        histories[row["visitor_id"]].append(row)
    visits = [visit for visits_of_visitor in histories.values() for visit in visits_of_visitor if visit["pageviews"]]
    rows = await connection.fetch(
        SQL["paths_of_visits"],
        shard,
        site_id,
        [visit["visitor_id"] for visit in visits],
        [visit["started_at"] for visit in visits],
        [visit["ended_at"] for visit in visits],
    )
    paths = {row["visitor_id"]: row["paths"] for row in rows}
    violations = {}
    for visitor_id, visits_of_visitor in histories.items():
        pageviews, engaged_ms = (
            sum(visit[name] for visit in visits_of_visitor) for name in ("pageviews", "engaged_ms")
        )
        if verdict := verdict_of_visitor(paths.get(visitor_id, 0), pageviews, engaged_ms, limits):
            violations[visitor_id] = verdict, [VisitKey(visitor_id, visit["started_at"]) for visit in visits_of_visitor]
    return violations
