"""Visits that become a program's after the fact: when they, or their visitor's life, go beyond a limit.

The ingest names those that did much (``suspects``); here they are looked at, some minutes later and apart from it.
Days whose visits change have to be made anew, so this is not done at every beacon.
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
from services.worker.bots.observed import verdicts_of_lives, verdicts_of_visits
from services.worker.bots.visits import SQL, Change, StoredVisit, VisitKey, apply_changes
from services.worker.ingest.site_policies import PLAIN, Policies, SitePolicies

SUSPECTS_AT_ONCE = 500
RECENT = timedelta(minutes=30)
"""Visitors who came again within this time have their whole life looked at."""
_log = structlog.get_logger()


class _Suspect(NamedTuple):
    site_id: int
    key: VisitKey
    visit: StoredVisit | None


class Watch:
    def __init__(self, pool: "asyncpg.Pool[Any]", shards: Iterable[int], clock: Clock) -> None:
        self._pool = pool
        self._shards = tuple(shards)
        self._clock = clock

    async def run(self, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Looks at all suspects, and at who came again; how many visits have become a program's."""
        deadline, changed = time.monotonic() + seconds, 0
        async with self._pool.acquire() as connection:
            policies = await SitePolicies(time.monotonic).known(connection)
            for shard in self._shards:
                changed += await self._look_at_lives(connection, shard, policies)
                while True:
                    seen, found = await self._look_at_suspects(connection, shard, policies)
                    changed += found
                    if time.monotonic() > deadline or should_stop():
                        return changed
                    if seen < SUSPECTS_AT_ONCE:
                        break
        return changed

    async def _look_at_suspects(self, connection: Any, shard: int, policies: Policies) -> tuple[int, int]:
        """How many were looked at, and how many visits were changed."""
        rows = await connection.fetch(SQL["suspects"], shard, SUSPECTS_AT_ONCE)
        suspects = [
            _Suspect(site_id, VisitKey(*name), StoredVisit(*name, *rest) if rest[0] else None)
            for site_id, *row in rows
            for name, rest in [(row[:2], row[2:])]
        ]
        by_site: dict[int, list[StoredVisit]] = defaultdict(list)
        for suspect in suspects:
            if suspect.visit is not None and suspect.visit.is_open:
                by_site[suspect.site_id].append(suspect.visit)
        changed = 0
        for site_id, visits in by_site.items():
            limits = policies.wishes.get(site_id, PLAIN).limits
            verdicts = await verdicts_of_visits(connection, shard, site_id, visits, limits)
            visitors = {visit.visitor_id for visit in visits if visit.key not in verdicts}
            verdicts |= await self._of_lives(connection, shard, site_id, visitors, policies)
            changed += await self._apply(connection, shard, site_id, verdicts, policies)
        await self._forget(connection, shard, suspects)
        return len(suspects), changed

    async def _look_at_lives(self, connection: Any, shard: int, policies: Policies) -> int:
        by_site: dict[int, set[Any]] = defaultdict(set)
        for site_id, visitor_id in await connection.fetch(SQL["returning"], shard, utc(self._clock()) - RECENT):
            by_site[site_id].add(visitor_id)
        changed = 0
        for site_id, visitors in by_site.items():
            verdicts = await self._of_lives(connection, shard, site_id, visitors, policies)
            changed += await self._apply(connection, shard, site_id, verdicts, policies)
        return changed

    async def _of_lives(
        self, connection: Any, shard: int, site_id: int, visitors: set[Any], policies: Policies
    ) -> dict[VisitKey, str]:
        limits = policies.wishes.get(site_id, PLAIN).limits
        lives = await verdicts_of_lives(connection, shard, site_id, visitors, limits)
        return {key: verdict for verdict, visits in lives.values() for key in visits}

    async def _apply(
        self, connection: Any, shard: int, site_id: int, verdicts: Mapping[VisitKey, str], policies: Policies
    ) -> int:
        if not verdicts:
            return 0
        wishes = policies.wishes.get(site_id, PLAIN)
        async with connection.transaction():
            await connection.execute(SQL["hold_shard"], shard)
            changes = [
                Change(visit, verdict, wishes.reason(verdict, visit.network, visit.user_agent))
                for visit in await read_visits(connection, shard, site_id, verdicts)
                for verdict in [verdicts[visit.key]]
                if visit.bot_verdict in ("", Rule.MODEL)
            ]
            calendar = policies.calendars[site_id]
            changed = await apply_changes(connection, shard, site_id, changes, calendar, utc(self._clock()))
        if changed:
            _log.info("visits have become programs'", site=site_id, shard=shard, visits=changed)
        return changed

    async def _forget(self, connection: Any, shard: int, suspects: list[_Suspect]) -> None:
        """Those that went on meanwhile stay, to be looked at again."""
        if not suspects:
            return
        by_site: dict[int, list[VisitKey]] = defaultdict(list)
        for suspect in suspects:
            by_site[suspect.site_id].append(suspect.key)
        async with connection.transaction():
            await connection.execute(SQL["hold_shard"], shard)
            now = {
                (site_id, visit.key): visit
                for site_id, keys in by_site.items()
                for visit in await read_visits(connection, shard, site_id, keys)
            }
            done = [each for each in suspects if _is_settled(each.visit, now.get((each.site_id, each.key)))]
            await connection.execute(
                SQL["drop_suspects"],
                shard,
                [each.site_id for each in done],
                [each.key.visitor_id for each in done],
                [each.key.started_at for each in done],
            )


async def read_visits(connection: Any, shard: int, site_id: int, keys: Iterable[VisitKey]) -> list[StoredVisit]:
    """Those that are there."""
    visitors, starts = zip(*keys, strict=True)
    rows = await connection.fetch(
        SQL["visits_by_key"], shard, site_id, list(visitors), list(starts), min(starts), max(starts)
    )
    return [StoredVisit(*row) for row in rows]


def _is_settled(looked_at: StoredVisit | None, now: StoredVisit | None) -> bool:
    if looked_at is None or now is None:
        return True
    return (looked_at.ended_at, looked_at.pageviews, looked_at.events) == (now.ended_at, now.pageviews, now.events)
