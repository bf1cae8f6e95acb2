"""The behaviour of stored visits, as the store has it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from services.worker.bots.behaviour import Happening, verdict_of_life, verdict_of_visit
from services.worker.bots.visits import REACH, SQL, StoredVisit, VisitKey
from services.worker.bots.wishes import Limits


async def verdicts_of_visits(
    connection: Any, shard: int, site_id: int, visits: Sequence[StoredVisit], limits: Limits
) -> dict[VisitKey, str]:
    """Of those that went beyond a limit."""
    least = limits.least
    busy = [visit for visit in visits if least is not None and visit.pageviews + visit.events > least]
    if not busy:
        return {}
    rows = await connection.fetch(
        SQL["happened_in_visits"],
        shard,
        site_id,
        [visit.visitor_id for visit in busy],
        [visit.started_at for visit in busy],
        min(visit.started_at for visit in busy) - REACH,
        max(visit.ended_at for visit in busy),
    )
    happened: dict[VisitKey, list[Happening]] = defaultdict(list)
    for visitor_id, started_at, at, path in rows:
        happened[VisitKey(visitor_id, started_at)].append((at, path))
    verdicts = {key: verdict_of_visit(each, limits) for key, each in happened.items()}
    return {key: verdict for key, verdict in verdicts.items() if verdict}


async def verdicts_of_lives(
    connection: Any, shard: int, site_id: int, visitors: Collection[UUID], limits: Limits
) -> dict[UUID, tuple[str, list[VisitKey]]]:
    """Of visitors who went beyond a limit: the verdict, and all visits that it is about."""
    if not limits.lifetime_paths or not visitors:
        return {}
    lives: dict[UUID, list[Any]] = defaultdict(list)
    for row in await connection.fetch(SQL["lives"], shard, site_id, list(visitors), limits.lifetime_paths):
        lives[row["visitor_id"]].append(row)
    visits = [visit for life in lives.values() for visit in life if visit["pageviews"]]
    paths = dict(
        await connection.fetch(
            SQL["paths_of_visits"],
            shard,
            site_id,
            [visit["visitor_id"] for visit in visits],
            [visit["started_at"] for visit in visits],
            [visit["ended_at"] for visit in visits],
        )
    )
    found = {}
    for visitor_id, life in lives.items():
        pageviews, engaged_ms = (sum(visit[name] for visit in life) for name in ("pageviews", "engaged_ms"))
        if verdict := verdict_of_life(paths.get(visitor_id, 0), pageviews, engaged_ms, limits):
            found[visitor_id] = verdict, [VisitKey(visitor_id, visit["started_at"]) for visit in life]
    return found
