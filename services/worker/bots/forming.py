"""Opinions of a site's visitors: formed from what is stored, and kept beside it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from common.bots import Rule
from services.worker.bots.habits import PAGES_AT_LEAST, Observed, habits_of
from services.worker.bots.model import FEWEST, Model, Opinion
from services.worker.bots.visits import SQL, Change, StoredVisit, apply_changes
from services.worker.ingest.site_policies import wishes_of

SINCE = timedelta(days=14)
ENOUGH_VISITORS = 20_000
"""What is usual is learned from so many; a visitor's shard is a hash, so some shards are a fair sample."""


class Seen(NamedTuple):
    visitor_id: UUID
    habits: tuple[float, ...]
    last_visit: datetime


async def form_opinions(connection: Any, shards: Iterable[int], site_id: int, now: datetime) -> int:
    """Forms and keeps opinions of who came since ``SINCE``. How many there are."""
    since, usual, looked_at = now - SINCE, list[tuple[float, ...]](), dict[int, list[Seen]]()
    for shard in (every := tuple(shards)):
        looked_at[shard] = await seen_since(connection, shard, site_id, since)
        usual += [seen.habits for seen in looked_at[shard]]
        if len(usual) >= ENOUGH_VISITORS:
            break
    model, count = Model(usual) if len(usual) >= FEWEST else None, 0
    for shard in every:
        known = looked_at.pop(shard, None)
        seen = await seen_since(connection, shard, site_id, since) if known is None else known
        formed = model.opinions([each.habits for each in seen]) if model else []
        opinions = {each: opinion for each, opinion in zip(seen, formed, strict=False) if opinion}
        await _keep(connection, shard, site_id, opinions, since, now)
        count += len(opinions)
    return count


async def seen_since(connection: Any, shard: int, site_id: int, since: datetime) -> list[Seen]:
    """Visitors of whom enough was seen, but for those whom the rules take for programs."""
    engaged_ms: dict[UUID, int] = defaultdict(int)
    done: dict[UUID, int] = defaultdict(int)
    last: dict[UUID, datetime] = {}
    for visitor_id, started_at, _, engaged, events in await connection.fetch(
        SQL["observed_visits"], shard, site_id, since, PAGES_AT_LEAST
    ):
        engaged_ms[visitor_id] += engaged
        done[visitor_id] += events
        last[visitor_id] = max(started_at, last.get(visitor_id, started_at))
    pages: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for visitor_id, at, path in await connection.fetch(SQL["observed_pages"], shard, site_id, since, list(last)):
        pages[visitor_id].append((at, path))
    return [
        Seen(visitor_id, habits_of(Observed(of_visitor, engaged_ms[visitor_id], done[visitor_id])), last[visitor_id])
        for visitor_id, of_visitor in pages.items()
        if len(of_visitor) >= PAGES_AT_LEAST
    ]


async def _keep(
    connection: Any, shard: int, site_id: int, opinions: Mapping[Seen, Opinion], since: datetime, now: datetime
) -> None:
    """Opinions, and the visits that they are about. Whether those count by it is what the site wants."""
    wishes, calendar = await wishes_of(connection, site_id)
    visitors = [seen.visitor_id for seen in opinions]
    async with connection.transaction():
        await connection.execute(SQL["hold_shard"], shard)
        await connection.execute(
            SQL["put_opinions"],
            shard,
            site_id,
            now,
            visitors,
            [opinion.score for opinion in opinions.values()],
            [",".join(opinion.reasons) for opinion in opinions.values()],
            [seen.last_visit for seen in opinions],
        )
        await connection.execute(SQL["forget_opinions"], shard, site_id, now)
        rows = await connection.fetch(SQL["thought_of"], shard, site_id, since, visitors)
        thought_of = set(visitors)
        changes = []
        for visit in (StoredVisit(*row) for row in rows):
            verdict = Rule.MODEL.value if visit.visitor_id in thought_of else ""
            changes.append(Change(visit, verdict, wishes.reason(verdict, visit.network, visit.user_agent)))
        await apply_changes(connection, shard, site_id, changes, calendar, now)
