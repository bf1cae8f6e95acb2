"""Checks the behavior of visits some minutes after they were stored, and classifies those above a limit as bots.

The ingest names the candidates. They are not checked with every beacon, because the rollups of days whose visits change
have to be rebuilt.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import asyncpg
import structlog

from common.bots import Rule
from common.clock import Clock, utc
from common.store.shard_lock import lock_shard
from services.worker.bots.violations import verdicts_of_visitors, verdicts_of_visits
from services.worker.bots.visits import SQL, ClassifiedVisit, VerdictChange, VisitKey, apply_changes
from services.worker.ingest.site_policies import DEFAULT_BOT_POLICY, Policies, SitePolicies

CANDIDATES_AT_ONCE = 500
RECENT = timedelta(minutes=30)
"""The whole history of visitors who returned within this time is checked."""
_log = structlog.get_logger()


class _Candidate(NamedTuple):
    site_id: int
    key: VisitKey
    visit: ClassifiedVisit | None


class BehaviorCheck:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: Iterable[int], clock: Clock) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock

    async def run(self, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Check all candidates and returning visitors; return how many visits are now classified as bots."""
        deadline, changed = time.monotonic() + seconds, 0
        async with self._pool.acquire() as connection:
            policies = await SitePolicies(time.monotonic).known(connection)
            for shard in self._shards:
                changed += await self._check_returning_visitors(connection, shard, policies)
                while True:
                    seen, found = await self._check_candidates(connection, shard, policies)
                    changed += found
                    if time.monotonic() > deadline or should_stop():
                        return changed
                    if seen < CANDIDATES_AT_ONCE:
                        break
        return changed

    async def _check_candidates(self, connection: Any, shard: int, policies: Policies) -> tuple[int, int]:
        """Return the number of candidates checked, and of visits changed."""
        rows = await connection.fetch(SQL["candidates"], shard, CANDIDATES_AT_ONCE)
        candidates = [
            _Candidate(site_id, VisitKey(*name), ClassifiedVisit(*name, *rest) if rest[0] else None)
            for site_id, *row in rows
            for name, rest in [(row[:2], row[2:])]
        ]
        by_site: dict[int, list[ClassifiedVisit]] = defaultdict(list)
        for candidate in candidates:
            if candidate.visit is not None and candidate.visit.is_open:
                by_site[candidate.site_id].append(candidate.visit)
        changed = 0
        for site_id, visits in by_site.items():
            limits = policies.bot_policies.get(site_id, DEFAULT_BOT_POLICY).limits
            verdicts = await verdicts_of_visits(connection, shard, site_id, visits, limits)
            visitors = {visit.visitor_id for visit in visits if visit.key not in verdicts}
            verdicts |= await self._of_visitors(connection, shard, site_id, visitors, policies)
            changed += await self._apply(connection, shard, site_id, verdicts, policies)
        await self._delete_candidates(connection, shard, candidates)
        return len(candidates), changed

    async def _check_returning_visitors(self, connection: Any, shard: int, policies: Policies) -> int:
        by_site: dict[int, set[Any]] = defaultdict(set)
        for site_id, visitor_id in await connection.fetch(
            SQL["returning_visitors"], shard, utc(self._clock()) - RECENT
        ):
            by_site[site_id].add(visitor_id)
        changed = 0
        for site_id, visitors in by_site.items():
            verdicts = await self._of_visitors(connection, shard, site_id, visitors, policies)
            changed += await self._apply(connection, shard, site_id, verdicts, policies)
        return changed

    async def _of_visitors(
        self, connection: Any, shard: int, site_id: int, visitors: set[Any], policies: Policies
    ) -> dict[VisitKey, str]:
        limits = policies.bot_policies.get(site_id, DEFAULT_BOT_POLICY).limits
        histories = await verdicts_of_visitors(connection, shard, site_id, visitors, limits)
        return {key: verdict for verdict, visits in histories.values() for key in visits}

    async def _apply(
        self, connection: Any, shard: int, site_id: int, verdicts: Mapping[VisitKey, str], policies: Policies
    ) -> int:
        if not verdicts:
            return 0
        bot_policy = policies.bot_policies.get(site_id, DEFAULT_BOT_POLICY)
        async with connection.transaction():
            await lock_shard(connection, shard)
            changes = [
                VerdictChange(visit, verdict, bot_policy.reason(verdict, visit.network, visit.user_agent))
                for visit in await read_visits(connection, shard, site_id, verdicts)
                for verdict in [verdicts[visit.key]]
                if visit.bot_verdict in ("", Rule.MODEL)
            ]
            calendar = policies.calendars[site_id]
            changed = await apply_changes(connection, shard, site_id, changes, calendar, utc(self._clock()))
        if changed:
            _log.info("visits reclassified as bots", site=site_id, shard=shard, visits=changed)
        return changed

    async def _delete_candidates(self, connection: Any, shard: int, candidates: list[_Candidate]) -> None:
        """Delete candidates that were checked; visits that have continued since stay, to be checked again."""
        if not candidates:
            return
        by_site: dict[int, list[VisitKey]] = defaultdict(list)
        for candidate in candidates:
            by_site[candidate.site_id].append(candidate.key)
        async with connection.transaction():
            await lock_shard(connection, shard)
            now = {
                (site_id, visit.key): visit
                for site_id, keys in by_site.items()
                for visit in await read_visits(connection, shard, site_id, keys)
            }
            done = [each for each in candidates if _is_settled(each.visit, now.get((each.site_id, each.key)))]
            await connection.execute(
                SQL["delete_candidates"],
                shard,
                [each.site_id for each in done],
                [each.key.visitor_id for each in done],
                [each.key.started_at for each in done],
            )


async def read_visits(connection: Any, shard: int, site_id: int, keys: Iterable[VisitKey]) -> list[ClassifiedVisit]:
    """Return the visits that exist."""
    visitors, starts = zip(*keys, strict=True)
    rows = await connection.fetch(
        SQL["visits_by_key"], shard, site_id, list(visitors), list(starts), min(starts), max(starts)
    )
    return [ClassifiedVisit(*row) for row in rows]


def _is_settled(looked_at: ClassifiedVisit | None, now: ClassifiedVisit | None) -> bool:
    if looked_at is None or now is None:
        return True
    return (looked_at.ended_at, looked_at.pageviews, looked_at.events) == (now.ended_at, now.pageviews, now.events)
