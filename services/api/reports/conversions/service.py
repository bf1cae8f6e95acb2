"""Counts the conversions of goals and the visitors of each funnel step.

A goal has two counts: its conversions are the events of the range that match the goal (``target_conditions``), its
visitors are those with such an event in a visit that started in the range. The conversion rate is these visitors in
percent of all visitors of the selection. The statement ``goals`` in ``queries.sql`` counts both.
"""

from collections.abc import Sequence
from typing import Any

from common.metrics import percent_of
from services.api.funnels.models import Funnel, FunnelScope, FunnelStepView
from services.api.goals.models import ConversionTarget, Goal
from services.api.goals.service import GoalService
from services.api.reports.compose import Statement, of_chosen_visits, of_visits
from services.api.reports.conversions.models import (
    FunnelConversionsQuery,
    FunnelReport,
    GoalConversions,
    GoalConversionsQuery,
    GoalReport,
    StepConversions,
)
from services.api.reports.conversions.target_conditions import TARGET_KINDS, bind, is_target, part
from services.api.reports.raw_reader import RawReader
from services.api.reports.selection import Selection, SelectionBuilder
from services.api.sites.models import Site

_PARTITIONS = {
    FunnelScope.PERIOD: "shard, visitor_id",
    FunnelScope.VISIT: "shard, visitor_id, visit_started_at",
}
"""Columns that identify within what the steps must be reached."""


def goals(selection: Selection, targets: Sequence[ConversionTarget]) -> Statement:
    """Compose the statement that counts goals: a row per reached goal, by its position in ``targets``, from 1."""
    args = _args(selection)
    reached = ", ".join(
        f"case when {is_target(target, 'e', args)} then {bind(number, args)}::int end"
        for number, target in enumerate(targets, 1)
    )
    return _statement("goals", selection, args, reached=reached)


def funnel(selection: Selection, targets: Sequence[ConversionTarget], within: FunnelScope) -> Statement:
    """Compose the statement that counts visitors by the number of steps they reached. ``targets`` is not empty."""
    args, numbers = _args(selection), range(1, len(targets) + 1)
    conditions = [is_target(target, "e", args) for target in targets]
    partition = _PARTITIONS[within]
    return _statement(
        "funnel",
        selection,
        args,
        steps=", ".join(f"{condition} as is_{number}" for number, condition in zip(numbers, conditions, strict=True)),
        any_step=" or ".join(conditions),
        partition=partition,
        progress=",\n".join(
            part("progress", number=str(number), before=str(number - 1), partition=partition) for number in numbers
        ),
        numbers=", ".join(f"n_{number}" for number in numbers),
        last=f"progress_{len(targets)}",
    )


def _args(selection: Selection) -> list[Any]:
    return [*selection.args, list(TARGET_KINDS)]


def _statement(name: str, selection: Selection, args: list[Any], **marks: str) -> Statement:
    conditions = {
        "of_visits": of_chosen_visits(selection.filters, args),
        "visit_filters": of_visits(selection.filters, args),
    }
    return Statement(part(name, **conditions, **marks), args)


class ConversionService:
    def __init__(self, stats: RawReader, selections: SelectionBuilder, goals: GoalService) -> None:
        self._stats = stats
        self._selections = selections
        self._goals = goals

    async def goals(self, site: Site, query: GoalConversionsQuery) -> GoalReport:
        """Raises ``InvalidQueryError`` for a filter by an unknown goal."""
        selection = await self._selections.of(site, query, query.filter)
        known = await self._goals.of_site(site)
        found = await self._stats.fetch(goals(selection, [goal.target for goal in known]))
        counts = {
            row["goal"]: (selection.scaled_up(row["visitors"]), selection.scaled_up(row["conversions"]))
            for row in found
        }
        visitors, _ = counts[0]
        return GoalReport(
            **selection.heading(visitors),
            visitors=visitors,
            goals=tuple(_numbers(goal, counts.get(number, (0, 0)), visitors) for number, goal in enumerate(known, 1)),
        )

    async def funnel(self, site: Site, wanted: Funnel, query: FunnelConversionsQuery) -> FunnelReport:
        """Raises ``InvalidQueryError`` for a filter by an unknown goal."""
        selection = await self._selections.of(site, query, query.filter)
        targets = [step.target for step in wanted.steps]
        found = await self._stats.fetch(funnel(selection, targets, wanted.within))
        depths = {row["depth"]: row["visitors"] for row in found}
        reached = [
            selection.scaled_up(sum(number for depth, number in depths.items() if depth >= step))
            for step in range(1, len(targets) + 1)
        ]
        visitors = selection.scaled_up(depths[0])
        return FunnelReport(
            **selection.heading(visitors),
            id=wanted.id,
            name=wanted.name,
            within=wanted.within,
            visitors=visitors,
            steps=tuple(
                StepConversions(
                    **FunnelStepView.of(step).model_dump(),
                    visitors=here,
                    dropped=before - here,
                    rate_of_previous=percent_of(here, before),
                    rate_of_first=percent_of(here, reached[0]),
                )
                for step, before, here in zip(wanted.steps, [visitors, *reached], reached, strict=False)
            ),
            conversion_rate=percent_of(reached[-1], reached[0]),
        )


def _numbers(goal: Goal, counts: tuple[int, int], all_visitors: int) -> GoalConversions:
    visitors, conversions = counts
    return GoalConversions(
        id=goal.id,
        name=goal.name,
        visitors=visitors,
        conversions=conversions,
        conversion_rate=percent_of(visitors, all_visitors),
    )
