"""What is answered about goals and funnels."""

from common.metrics import percent_of
from services.api.funnels.models import Funnel, StepView
from services.api.goals.models import Goal
from services.api.goals.service import GoalService
from services.api.reports.conversions.compose import funnel, goals
from services.api.reports.conversions.models import FunnelReport, GoalNumbers, GoalReport, StepNumbers
from services.api.reports.conversions.params import FunnelQuery, GoalsQuery
from services.api.reports.repository import StatsRepository
from services.api.reports.selection import Selections
from services.api.sites.models import Site


class ConversionService:
    def __init__(self, stats: StatsRepository, selections: Selections, goals: GoalService) -> None:
        self._stats = stats
        self._selections = selections
        self._goals = goals

    async def goals(self, site: Site, query: GoalsQuery) -> GoalReport:
        """Raises ``InvalidQueryError`` for a filter by a goal that the site does not have."""
        chosen = await self._selections.of(site, query, query.filter)
        known = await self._goals.of_site(site)
        found = await self._stats.fetch(goals(chosen, [goal.target for goal in known]))
        counts = {row["goal"]: (chosen.whole(row["visitors"]), chosen.whole(row["conversions"])) for row in found}
        visitors, _ = counts[0]
        return GoalReport(
            **chosen.heading(visitors),
            visitors=visitors,
            goals=tuple(_numbers(goal, counts.get(number, (0, 0)), visitors) for number, goal in enumerate(known, 1)),
        )

    async def funnel(self, site: Site, wanted: Funnel, query: FunnelQuery) -> FunnelReport:
        """Raises ``InvalidQueryError`` for a filter by a goal that the site does not have."""
        chosen = await self._selections.of(site, query, query.filter)
        targets = [step.target for step in wanted.steps]
        found = await self._stats.fetch(funnel(chosen, targets, wanted.within))
        depths = {row["depth"]: row["visitors"] for row in found}
        reached = [
            chosen.whole(sum(number for depth, number in depths.items() if depth >= step))
            for step in range(1, len(targets) + 1)
        ]
        visitors = chosen.whole(depths[0])
        return FunnelReport(
            **chosen.heading(visitors),
            id=wanted.id,
            name=wanted.name,
            within=wanted.within,
            visitors=visitors,
            steps=tuple(
                StepNumbers(
                    **StepView.of(step).model_dump(),
                    visitors=here,
                    dropped=before - here,
                    rate_of_previous=percent_of(here, before),
                    rate_of_first=percent_of(here, reached[0]),
                )
                for step, before, here in zip(wanted.steps, [visitors, *reached], reached, strict=False)
            ),
            conversion_rate=percent_of(reached[-1], reached[0]),
        )


def _numbers(goal: Goal, counts: tuple[int, int], all_visitors: int) -> GoalNumbers:
    visitors, conversions = counts
    return GoalNumbers(
        id=goal.id,
        name=goal.name,
        visitors=visitors,
        conversions=conversions,
        conversion_rate=percent_of(visitors, all_visitors),
    )
