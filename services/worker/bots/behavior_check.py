"""Checks the behavior of visits some minutes after they were stored, and classifies those above a limit as bots.

The ingest names the candidates. They are not checked with every beacon, because the rollups of days whose visits change
have to be rebuilt.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import structlog

from common.bots import Rule
from common.clock import Clock, utc
from common.store import Connection, Pool
from common.store.shard_lock import lock_shard
from services.worker.bots.violations import verdicts_of_visitors, verdicts_of_visits
from services.worker.bots.visits import SQL, ClassifiedVisit, VerdictChange, VisitKey, apply_changes
from services.worker.ingest.site_policies import DEFAULT_BOT_POLICY, Policies, SitePolicies

CANDIDATES_PER_BATCH = 500
RECENT = timedelta(minutes=30)
"""The whole history of visitors who returned within this time is checked."""
_log = structlog.get_logger()


class _Candidate(NamedTuple):
    site_id: int
    key: VisitKey
    visit: ClassifiedVisit | None


class BehaviorCheck:
    """Periodic check of the visits that the ingest has named as candidates, and of visitors who have returned."""

    def __init__(self, pool: Pool, shards: Iterable[int], clock: Clock) -> None:
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
                    checked, reclassified = await self._check_candidates(connection, shard, policies)
                    changed += reclassified
                    if time.monotonic() > deadline or should_stop():
                        return changed
                    if checked < CANDIDATES_PER_BATCH:
                        break
        return changed

    async def _check_candidates(self, connection: Connection, shard: int, policies: Policies) -> tuple[int, int]:
        """Return the number of candidates checked, and of visits changed."""
        rows = await connection.fetch(SQL["candidates"], shard, CANDIDATES_PER_BATCH)
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
            verdicts |= await self._verdicts_of_visitors(connection, shard, site_id, visitors, policies)
            changed += await self._apply(connection, shard, site_id, verdicts, policies)
        await self._delete_candidates(connection, shard, candidates)
        return len(candidates), changed

    async def _check_returning_visitors(self, connection: Connection, shard: int, policies: Policies) -> int:
        by_site: dict[int, set[UUID]] = defaultdict(set)
        for site_id, visitor_id in await connection.fetch(
            SQL["returning_visitors"], shard, utc(self._clock()) - RECENT
        ):
            by_site[site_id].add(visitor_id)
        changed = 0
        for site_id, visitors in by_site.items():
            verdicts = await self._verdicts_of_visitors(connection, shard, site_id, visitors, policies)
            changed += await self._apply(connection, shard, site_id, verdicts, policies)
        return changed

    async def _verdicts_of_visitors(
        self, connection: Connection, shard: int, site_id: int, visitors: set[UUID], policies: Policies
    ) -> dict[VisitKey, str]:
        limits = policies.bot_policies.get(site_id, DEFAULT_BOT_POLICY).limits
        histories = await verdicts_of_visitors(connection, shard, site_id, visitors, limits)
        return {key: verdict for verdict, visits in histories.values() for key in visits}

    async def _apply(
        self, connection: Connection, shard: int, site_id: int, verdicts: Mapping[VisitKey, str], policies: Policies
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
            _log.info("bots: visits reclassified by behavior", site=site_id, shard=shard, visits=changed)
        return changed

    async def _delete_candidates(self, connection: Connection, shard: int, candidates: list[_Candidate]) -> None:
        """Delete candidates that were checked; visits that have continued since stay, to be checked again."""
        if not candidates:
            return
        by_site: dict[int, list[VisitKey]] = defaultdict(list)
        for candidate in candidates:
            by_site[candidate.site_id].append(candidate.key)
        async with connection.transaction():
            await lock_shard(connection, shard)
            current = {
                (site_id, visit.key): visit
                for site_id, keys in by_site.items()
                for visit in await read_visits(connection, shard, site_id, keys)
            }
            settled = [each for each in candidates if _is_unchanged(each.visit, current.get((each.site_id, each.key)))]
            await connection.execute(
                SQL["delete_candidates"],
                shard,
                [each.site_id for each in settled],
                [each.key.visitor_id for each in settled],
                [each.key.started_at for each in settled],
            )


async def read_visits(
    connection: Connection, shard: int, site_id: int, keys: Iterable[VisitKey]
) -> list[ClassifiedVisit]:
    """Return the visits that exist."""
    visitors, starts = zip(*keys, strict=True)
    query = SQL.bind(
        "visits_by_key",
        shard=shard,
        site_id=site_id,
        visitor_ids=list(visitors),
        starts=list(starts),
        first_start=min(starts),
        last_start=max(starts),
    )
    rows = await connection.fetch(*query)
    return [ClassifiedVisit(*row) for row in rows]


def _is_unchanged(checked: ClassifiedVisit | None, current: ClassifiedVisit | None) -> bool:
    """Whether the visit has no new events since the check; True for a visit that no longer exists."""
    if checked is None or current is None:
        return True
    return (checked.ended_at, checked.pageviews, checked.events) == (
        current.ended_at,
        current.pageviews,
        current.events,
    )
