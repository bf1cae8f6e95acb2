"""Score a site's visitors with the model and store the scores."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from common.bots import Rule
from common.store import Connection
from common.store.shard_lock import lock_shard
from services.worker.bots.features import MIN_PAGES, VisitorActivity, features_of
from services.worker.bots.model import MIN_VISITORS, VisitorModel, VisitorScore
from services.worker.bots.visits import SQL, ClassifiedVisit, VerdictChange, apply_changes
from services.worker.ingest.site_policies import bot_policy_of

PERIOD = timedelta(days=14)
"""Visits of this time are scored."""
SAMPLE_VISITORS = 20_000
"""The model learns from this many visitors; a shard is a hash of the visitor, so a few shards are a fair sample."""


class ScoredVisitor(NamedTuple):
    visitor_id: UUID
    features: tuple[float, ...]
    last_visit: datetime


async def score_visitors(connection: Connection, shards: Iterable[int], site_id: int, now: datetime) -> int:
    """Score the visitors of the last ``PERIOD``, store the scores of bots, and return how many there are."""
    since, sample, sampled = now - PERIOD, list[tuple[float, ...]](), dict[int, list[ScoredVisitor]]()
    for shard in (all_shards := tuple(shards)):
        sampled[shard] = await visitors_since(connection, shard, site_id, since)
        sample += [visitor.features for visitor in sampled[shard]]
        if len(sample) >= SAMPLE_VISITORS:
            break
    model, count = VisitorModel(sample) if len(sample) >= MIN_VISITORS else None, 0
    for shard in all_shards:
        visitors = sampled.pop(shard, None)
        if visitors is None:
            visitors = await visitors_since(connection, shard, site_id, since)
        all_scores = model.scores([each.features for each in visitors]) if model else []
        scores = {each: score for each, score in zip(visitors, all_scores, strict=False) if score}
        await _store_scores(connection, shard, site_id, scores, since, now)
        count += len(scores)
    return count


async def visitors_since(connection: Connection, shard: int, site_id: int, since: datetime) -> list[ScoredVisitor]:
    """Return visitors with enough page views, without those that a rule classifies as bots."""
    engaged_ms: dict[UUID, int] = defaultdict(int)
    actions: dict[UUID, int] = defaultdict(int)
    last: dict[UUID, datetime] = {}
    for visitor_id, started_at, _, engaged, events in await connection.fetch(
        SQL["visits_to_score"], shard, site_id, since, MIN_PAGES
    ):
        engaged_ms[visitor_id] += engaged
        actions[visitor_id] += events
        last[visitor_id] = max(started_at, last.get(visitor_id, started_at))
    pages: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for visitor_id, at, path in await connection.fetch(SQL["pages_to_score"], shard, site_id, since, list(last)):
        pages[visitor_id].append((at, path))
    return [
        ScoredVisitor(
            visitor_id,
            features_of(VisitorActivity(of_visitor, engaged_ms[visitor_id], actions[visitor_id])),
            last[visitor_id],
        )
        for visitor_id, of_visitor in pages.items()
        if len(of_visitor) >= MIN_PAGES
    ]


async def _store_scores(
    connection: Connection,
    shard: int,
    site_id: int,
    scores: Mapping[ScoredVisitor, VisitorScore],
    since: datetime,
    now: datetime,
) -> None:
    """Store scores and the verdict of the visits. The site's policy decides whether that verdict counts."""
    bot_policy, calendar = await bot_policy_of(connection, site_id)
    visitor_ids = [visitor.visitor_id for visitor in scores]
    bots = set(visitor_ids)
    async with connection.transaction():
        await lock_shard(connection, shard)
        query = SQL.bind(
            "store_scores",
            shard=shard,
            site_id=site_id,
            computed_at=now,
            visitor_ids=visitor_ids,
            scores=[score.score for score in scores.values()],
            reasons=[",".join(score.reasons) for score in scores.values()],
            last_visits=[visitor.last_visit for visitor in scores],
        )
        await connection.execute(*query)
        await connection.execute(SQL["delete_old_scores"], shard, site_id, now)
        rows = await connection.fetch(SQL["visits_of_scored"], shard, site_id, since, visitor_ids)
        changes = []
        for visit in (ClassifiedVisit(*row) for row in rows):
            verdict = Rule.MODEL.value if visit.visitor_id in bots else ""
            changes.append(VerdictChange(visit, verdict, bot_policy.reason(verdict, visit.network, visit.user_agent)))
        await apply_changes(connection, shard, site_id, changes, calendar, now)
