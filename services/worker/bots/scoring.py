"""Score a site's visitors with the model and store the scores."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from common.bots import Rule
from common.store.shard_lock import lock_shard
from services.worker.bots.features import MIN_PAGES, VisitorActivity, features_of
from services.worker.bots.model import MIN_VISITORS, Model, VisitorScore
from services.worker.bots.visits import SQL, ClassifiedVisit, VerdictChange, apply_changes
from services.worker.ingest.site_policies import bot_policy_of

SINCE = timedelta(days=14)
ENOUGH_VISITORS = 20_000
"""The model learns from this many visitors; a shard is a hash of the visitor, so a few shards are a fair sample."""


class ScoredVisitor(NamedTuple):
    visitor_id: UUID
    features: tuple[float, ...]
    last_visit: datetime


async def score_visitors(connection: Any, shards: Iterable[int], site_id: int, now: datetime) -> int:
    """Score the visitors of the last ``SINCE``, store the scores of bots, and return how many there are."""
    since, usual, looked_at = now - SINCE, list[tuple[float, ...]](), dict[int, list[ScoredVisitor]]()
    for shard in (every := tuple(shards)):
        looked_at[shard] = await visitors_since(connection, shard, site_id, since)
        usual += [seen.features for seen in looked_at[shard]]
        if len(usual) >= ENOUGH_VISITORS:
            break
    model, count = Model(usual) if len(usual) >= MIN_VISITORS else None, 0
    for shard in every:
        known = looked_at.pop(shard, None)
        seen = await visitors_since(connection, shard, site_id, since) if known is None else known
        formed = model.scores([each.features for each in seen]) if model else []
        scores = {each: score for each, score in zip(seen, formed, strict=False) if score}
        await _keep(connection, shard, site_id, scores, since, now)
        count += len(scores)
    return count


async def visitors_since(connection: Any, shard: int, site_id: int, since: datetime) -> list[ScoredVisitor]:
    """Return visitors with enough page views, without those that a rule classifies as bots."""
    engaged_ms: dict[UUID, int] = defaultdict(int)
    done: dict[UUID, int] = defaultdict(int)
    last: dict[UUID, datetime] = {}
    for visitor_id, started_at, _, engaged, events in await connection.fetch(
        SQL["visits_to_score"], shard, site_id, since, MIN_PAGES
    ):
        engaged_ms[visitor_id] += engaged
        done[visitor_id] += events
        last[visitor_id] = max(started_at, last.get(visitor_id, started_at))
    pages: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for visitor_id, at, path in await connection.fetch(SQL["pages_to_score"], shard, site_id, since, list(last)):
        pages[visitor_id].append((at, path))
    return [
        ScoredVisitor(
            visitor_id,
            features_of(VisitorActivity(of_visitor, engaged_ms[visitor_id], done[visitor_id])),
            last[visitor_id],
        )
        for visitor_id, of_visitor in pages.items()
        if len(of_visitor) >= MIN_PAGES
    ]


async def _keep(
    connection: Any,
    shard: int,
    site_id: int,
    scores: Mapping[ScoredVisitor, VisitorScore],
    since: datetime,
    now: datetime,
) -> None:
    """Store scores and the verdict of the visits; whether that verdict counts is up to the site's policy."""
    bot_policy, calendar = await bot_policy_of(connection, site_id)
    visitors = [seen.visitor_id for seen in scores]
    async with connection.transaction():
        await lock_shard(connection, shard)
        await connection.execute(
            SQL["put_scores"],
            shard,
            site_id,
            now,
            visitors,
            [score.score for score in scores.values()],
            [",".join(score.reasons) for score in scores.values()],
            [seen.last_visit for seen in scores],
        )
        await connection.execute(SQL["delete_old_scores"], shard, site_id, now)
        rows = await connection.fetch(SQL["visits_of_scored"], shard, site_id, since, visitors)
        visits_of_scored = set(visitors)
        changes = []
        for visit in (ClassifiedVisit(*row) for row in rows):
            verdict = Rule.MODEL.value if visit.visitor_id in visits_of_scored else ""
            changes.append(VerdictChange(visit, verdict, bot_policy.reason(verdict, visit.network, visit.user_agent)))
        await apply_changes(connection, shard, site_id, changes, calendar, now)
