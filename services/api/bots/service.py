"""What can be asked of a site's bots, and changed."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from common.bots import RULES, Rule
from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.metrics import percent_of
from common.salts import Randomness
from services.api.accounts.auth.models import Caller
from services.api.bots.errors import OverrideNotFoundError, TooManyOverridesError
from services.api.bots.models import (
    MAX_OVERRIDES,
    Amount,
    BotName,
    BotNetwork,
    BotReport,
    BotSettings,
    BotsQuery,
    BotUserAgent,
    BotVisit,
    BotVisits,
    BotVisitsQuery,
    ChangeBotSettings,
    Counted,
    NewOverride,
    Opinion,
    Opinions,
    OverrideList,
    OverrideMade,
    RecountState,
    RuleCount,
)
from services.api.bots.repository import BotRepository, Row
from services.api.reports.buckets import bounds
from services.api.reports.params import PeriodQuery, SummaryQuery
from services.api.reports.periods import Days
from services.api.reports.reports import StatsService
from services.api.sites.models import Site

_LIMITS = frozenset({"rate_per_minute", "paths_in_15_minutes", "lifetime_paths"})


class BotService:
    def __init__(self, bots: BotRepository, stats: StatsService, clock: Clock, random: Randomness) -> None:
        self._bots = bots
        self._stats = stats
        self._clock = clock
        self._random = random

    async def report(self, site: Site, query: BotsQuery) -> BotReport:
        people = await self._stats.summary(site, _same_days(query))
        begin, end = bounds(Days(people.first_day, people.last_day), site.zone)
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in await self._bots.by_what(site.id, begin, end, query.limit):
            by_kind[row["kind"]].append(row)
        rules = by_kind["rule"]
        seen, pageviews = _sum(rules, "visits"), _sum(rules, "pageviews")
        let_in, their_pageviews = _sum(rules, "counted_as_human"), _sum(rules, "pageviews_of_people")
        human_visits = people.visits or 0
        everybody = human_visits + seen - let_in

        def amount(visits: int, pageviews: int) -> Amount:
            return Amount(visits=visits, pageviews=pageviews, share=percent_of(visits, everybody, digits=2))

        return BotReport(
            site=site.name,
            period=query.period,
            first_day=people.first_day,
            last_day=people.last_day,
            timezone=site.timezone,
            as_of=utc(self._clock()),
            human=amount(human_visits, people.pageviews or 0),
            bots=amount(seen - let_in, pageviews - their_pageviews),
            allowed=amount(let_in, their_pageviews),
            rules=tuple(
                RuleCount(
                    rule=row["rule"],
                    description=_description(row["rule"]),
                    share=percent_of(row["visits"], everybody, digits=2),
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

    async def visits(self, site: Site, query: BotVisitsQuery, *, names_visitors: bool) -> BotVisits:
        days = await self._stats.days(site, query)
        as_people = None if query.counted_as is None else query.counted_as is Counted.HUMAN
        chosen = query.rule, query.network, query.user_agent, as_people
        rows = await self._bots.visits(
            site.id, *bounds(days, site.zone), chosen, query.limit + 1, query.limit * (query.page - 1)
        )
        hidden: dict[str, Any] = {} if names_visitors else {"visitor": None}
        return BotVisits(
            visits=tuple(BotVisit(**{**row, **hidden}) for row in rows[: query.limit]), more=len(rows) > query.limit
        )

    async def overrides(self, site: Site) -> OverrideList:
        return OverrideList(overrides=await self._bots.overrides(site.id), recount=await self._bots.recount(site.id))

    async def put_override(self, site: Site, wanted: NewOverride, caller: Caller) -> OverrideMade:
        """Raises ``TooManyOverridesError``."""
        now_ms = self._clock()
        new_id = as_uuid(uuid7(now_ms, self._random(10)))
        kept = await self._bots.put_override(site.id, new_id, wanted, caller.id, utc(now_ms))
        if kept is None:
            raise TooManyOverridesError(f"a site has at most {MAX_OVERRIDES} overrides")
        made = next(each for each in await self._bots.overrides(site.id) if each.id == kept)
        return OverrideMade(override=made, recount=await self._bots.recount(site.id))

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

    async def ask_for_recount(self, site: Site) -> RecountState:
        await self._bots.ask_for_recount(site.id, utc(self._clock()))
        return await self._bots.recount(site.id)

    async def opinions(self, site: Site, limit: int, *, names_visitors: bool) -> Opinions:
        hidden: dict[str, Any] = {} if names_visitors else {"visitor": None}
        rows = await self._bots.opinions(site.id, limit)
        model = (await self._bots.settings(site.id)).model
        return Opinions(model=model, scores=tuple(Opinion(**{**row, **hidden}) for row in rows))


def _same_days(query: PeriodQuery) -> SummaryQuery:
    days = {"from": query.from_, "to": query.to} if query.from_ else {}
    return SummaryQuery.model_validate({"period": query.period, **days})


def _counts(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("visits", "pageviews", "counted_as_human", "last_seen")}


def _sum(rows: list[Row], column: str) -> int:
    return sum(row[column] for row in rows)


def _description(rule: str) -> str:
    return RULES[Rule(rule)] if rule in set(Rule) else ""
