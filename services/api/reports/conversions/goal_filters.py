"""Filters by goals: ``goal:is:NAME``. Each site has its own goals, so a name is looked up when the site is known."""

from dataclasses import replace

from services.api.goals.service import GoalService
from services.api.http.errors import InvalidField, InvalidQueryError
from services.api.reports.dimensions import GOAL
from services.api.reports.filters import Filter
from services.api.sites.models import Site


async def with_targets(filters: tuple[Filter, ...], site: Site, goals: GoalService) -> tuple[Filter, ...]:
    """The same filters, those by goals with what has to happen for them.

    Raises ``InvalidQueryError`` for a goal that the site does not have.
    """
    if not any(wanted.dimension is GOAL for wanted in filters):
        return filters
    targets = {goal.name: goal.target for goal in await goals.of_site(site)}
    wrong = [
        InvalidField(f"filter.{number}", "the site has no such goal")
        for number, wanted in enumerate(filters)
        if wanted.dimension is GOAL and not targets.keys() >= set(wanted.values)
    ]
    if wrong:
        raise InvalidQueryError("filter: the site has no such goal", fields=wrong)
    return tuple(
        replace(wanted, targets=tuple(targets[name] for name in wanted.values)) if wanted.dimension is GOAL else wanted
        for wanted in filters
    )
