"""Reads the bot report, and changes overrides and limits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from common.bots import LIFETIME_PATHS, PATHS_IN_15_MINUTES, RATE_PER_MINUTE, RULES, ModelUse, Rule
from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.metrics import percent_of
from common.salts import Randomness
from common.store import Connection, Pool, load_queries
from services.api.accounts.auth.models import Caller
from services.api.bots.models import (
    MAX_OVERRIDES,
    BotName,
    BotNetwork,
    BotReport,
    BotScore,
    BotScoreList,
    BotSettings,
    BotsQuery,
    BotUserAgent,
    BotVisit,
    BotVisits,
    BotVisitsQuery,
    ChangeBotSettings,
    CountedAs,
    NewOverride,
    OverrideList,
    OverrideNotFoundError,
    OverrideResult,
    OverrideView,
    RecountState,
    RuleCount,
    TooManyOverridesError,
    TrafficShare,
)
from services.api.reports.buckets import bounds
from services.api.reports.params import PeriodQuery, SummaryQuery
from services.api.reports.periods import Days
from services.api.reports.service import ReportService
from services.api.sites.models import Site

_LIMITS = frozenset({"rate_per_minute", "paths_in_15_minutes", "lifetime_paths"})
_SQL = load_queries(__package__)
_SECONDS = 30
"""Timeout of a query."""
_DEFAULTS = BotSettings(
    rate_per_minute=RATE_PER_MINUTE,
    paths_in_15_minutes=PATHS_IN_15_MINUTES,
    lifetime_paths=LIFETIME_PATHS,
    model=ModelUse.SHOW,
)
Row: TypeAlias = asyncpg.Record


class BotRepository:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = shards

    async def visits_by_subject(self, site_id: int, begin: datetime, end: datetime, limit: int) -> Sequence[Row]:
        span = site_id, begin, end, range(self._shards)
        rows: Sequence[Row] = await self._pool.fetch(_SQL["visits_by_subject"], *span, limit, timeout=_SECONDS)
        return rows

    async def visits(
        self, site_id: int, begin: datetime, end: datetime, filters: Mapping[str, Any], limit: int, offset: int
    ) -> Sequence[Row]:
        """``filters``: rule, network, user_agent and is_human. None matches any."""
        statement = _SQL.bind(
            "bot_visits",
            site_id=site_id,
            begin=begin,
            end=end,
            shards=range(self._shards),
            limit=limit,
            offset=offset,
            **filters,
        )
        rows: Sequence[Row] = await self._pool.fetch(*statement, timeout=_SECONDS)
        return rows

    async def overrides(self, site_id: int) -> tuple[OverrideView, ...]:
        return tuple(OverrideView(**row) for row in await self._pool.fetch(_SQL["overrides"], site_id))

    async def put_override(
        self, site_id: int, override_id: UUID, wanted: NewOverride, user_id: UUID, now: datetime
    ) -> UUID | None:
        """Return the id of the override, which is kept if it replaces another. None: the site has too many."""
        statement = _SQL.bind(
            "put_override",
            id=override_id,
            site_id=site_id,
            kind=wanted.kind.value,
            value=wanted.normalized_value(),
            action=wanted.action.value,
            now=now,
            user_id=user_id,
            max_overrides=MAX_OVERRIDES,
        )
        async with self._pool.acquire() as connection, connection.transaction():
            stored_id: UUID | None = await connection.fetchval(*statement)
            if stored_id is not None:
                await request_recount(connection, site_id, now)
        return stored_id

    async def delete_override(self, site_id: int, override_id: UUID, now: datetime) -> bool:
        """False when the site has no such override."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(_SQL["delete_override"], override_id, site_id) is not None
            if found:
                await request_recount(connection, site_id, now)
        return found

    async def settings(self, site_id: int) -> BotSettings:
        row = await self._pool.fetchrow(_SQL["settings"], site_id)
        return BotSettings(**row) if row else _DEFAULTS

    async def put_settings(self, site_id: int, wanted: BotSettings, now: datetime, *, with_behavior: bool) -> None:
        limits = wanted.rate_per_minute, wanted.paths_in_15_minutes, wanted.lifetime_paths
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SQL["put_settings"], site_id, *limits, wanted.model.value)
            await request_recount(connection, site_id, now, with_behavior=with_behavior)

    async def request_recount(self, site_id: int, now: datetime) -> None:
        async with self._pool.acquire() as connection:
            await request_recount(connection, site_id, now, with_behavior=True)

    async def recount(self, site_id: int) -> RecountState:
        row = await self._pool.fetchrow(_SQL["recount"], site_id)
        if row is None:
            return RecountState(
                running=False,
                progress=100,
                visits_seen=0,
                visits_changed=0,
                requested_at=None,
                finished_at=None,
                days_to_rebuild=0,
            )
        state = dict(row)
        shard, running = state.pop("shard"), state["finished_at"] is None
        return RecountState(running=running, progress=100 * shard / self._shards if running else 100, **state)

    async def scores(self, site_id: int, limit: int) -> Sequence[Row]:
        rows: Sequence[Row] = await self._pool.fetch(_SQL["scores"], site_id, limit)
        return rows


class BotService:
    def __init__(self, bots: BotRepository, stats: ReportService, clock: Clock, random: Randomness) -> None:
        self._bots = bots
        self._stats = stats
        self._clock = clock
        self._random = random

    async def report(self, site: Site, query: BotsQuery) -> BotReport:
        people = await self._stats.summary(site, _same_days(query))
        begin, end = bounds(Days(people.first_day, people.last_day), site.zone)
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in await self._bots.visits_by_subject(site.id, begin, end, query.limit):
            by_kind[row["kind"]].append(row)
        rules = by_kind["rule"]
        seen, pageviews = _sum(rules, "visits"), _sum(rules, "pageviews")
        allowed_visits, allowed_pageviews = _sum(rules, "counted_as_human"), _sum(rules, "human_pageviews")
        human_visits = people.visits or 0
        all_visitors = human_visits + seen - allowed_visits

        def amount(visits: int, pageviews: int) -> TrafficShare:
            return TrafficShare(visits=visits, pageviews=pageviews, share=percent_of(visits, all_visitors, digits=2))

        return BotReport(
            site=site.name,
            period=query.period,
            first_day=people.first_day,
            last_day=people.last_day,
            timezone=site.timezone,
            as_of=utc(self._clock()),
            human=amount(human_visits, people.pageviews or 0),
            bots=amount(seen - allowed_visits, pageviews - allowed_pageviews),
            allowed=amount(allowed_visits, allowed_pageviews),
            rules=tuple(
                RuleCount(
                    rule=row["rule"],
                    description=_description(row["rule"]),
                    share=percent_of(row["visits"], all_visitors, digits=2),
                    **_counts(row),
                )
                for row in rules
            ),
            names=tuple(BotName(name=row["value"], **_counts(row)) for row in by_kind["name"]),
            user_agents=tuple(
                BotUserAgent(user_agent=row["value"], rule=row["rule"], **_counts(row)) for row in by_kind["user_agent"]
            ),
            networks=tuple(
                BotNetwork(network=row["value"], country=row["country"], **_counts(row)) for row in by_kind["network"]
            ),
        )

    async def visits(self, site: Site, query: BotVisitsQuery, *, shows_visitors: bool) -> BotVisits:
        days = await self._stats.days(site, query)
        is_human = None if query.counted_as is None else query.counted_as is CountedAs.HUMAN
        filters = {
            "rule": query.rule,
            "network": query.network,
            "user_agent": query.user_agent,
            "is_human": is_human,
        }
        rows = await self._bots.visits(
            site.id, *bounds(days, site.zone), filters, query.limit + 1, query.limit * (query.page - 1)
        )
        hidden: dict[str, Any] = {} if shows_visitors else {"visitor": None}
        return BotVisits(
            visits=tuple(BotVisit(**{**row, **hidden}) for row in rows[: query.limit]), more=len(rows) > query.limit
        )

    async def overrides(self, site: Site) -> OverrideList:
        return OverrideList(overrides=await self._bots.overrides(site.id), recount=await self._bots.recount(site.id))

    async def put_override(self, site: Site, wanted: NewOverride, caller: Caller) -> OverrideResult:
        """Raises ``TooManyOverridesError``."""
        now_ms = self._clock()
        new_id = as_uuid(uuid7(now_ms, self._random(10)))
        stored_id = await self._bots.put_override(site.id, new_id, wanted, caller.id, utc(now_ms))
        if stored_id is None:
            raise TooManyOverridesError(f"a site has at most {MAX_OVERRIDES} overrides")
        made = next(each for each in await self._bots.overrides(site.id) if each.id == stored_id)
        return OverrideResult(override=made, recount=await self._bots.recount(site.id))

    async def delete_override(self, site: Site, override_id: str) -> None:
        """Raises ``OverrideNotFoundError``."""
        try:
            found = await self._bots.delete_override(site.id, UUID(override_id), utc(self._clock()))
        except ValueError:
            found = False
        if not found:
            raise OverrideNotFoundError("the site has no such override")

    async def settings(self, site: Site) -> BotSettings:
        return await self._bots.settings(site.id)

    async def change_settings(self, site: Site, wanted: ChangeBotSettings) -> BotSettings:
        before = await self._bots.settings(site.id)
        after = before.model_copy(update=wanted.model_dump(exclude_none=True))
        if after != before:
            with_behavior = any(getattr(after, limit) != getattr(before, limit) for limit in _LIMITS)
            await self._bots.put_settings(site.id, after, utc(self._clock()), with_behavior=with_behavior)
        return after

    async def recount(self, site: Site) -> RecountState:
        return await self._bots.recount(site.id)

    async def request_recount(self, site: Site) -> RecountState:
        await self._bots.request_recount(site.id, utc(self._clock()))
        return await self._bots.recount(site.id)

    async def scores(self, site: Site, limit: int, *, shows_visitors: bool) -> BotScoreList:
        hidden: dict[str, Any] = {} if shows_visitors else {"visitor": None}
        rows = await self._bots.scores(site.id, limit)
        model = (await self._bots.settings(site.id)).model
        return BotScoreList(model=model, scores=tuple(BotScore(**{**row, **hidden}) for row in rows))


def _same_days(query: PeriodQuery) -> SummaryQuery:
    days = {"from": query.from_, "to": query.to} if query.from_ else {}
    return SummaryQuery.model_validate({"period": query.period, **days})


def _counts(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("visits", "pageviews", "counted_as_human", "last_seen")}


def _sum(rows: list[Row], column: str) -> int:
    return sum(row[column] for row in rows)


def _description(rule: str) -> str:
    return RULES[Rule(rule)] if rule in set(Rule) else ""


async def request_recount(connection: Connection, site_id: int, now: datetime, *, with_behavior: bool = False) -> None:
    """Request a recount of the site, in the transaction that changes its bot settings.

    ``with_behavior``: the behavior rules are checked again as well.
    """
    await connection.execute(_SQL["request_recount"], site_id, now, with_behavior)
