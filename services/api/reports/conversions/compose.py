"""Questions about goals and funnels, put together from SQL files."""

from collections.abc import Sequence
from typing import Any

from services.api.funnels.models import Within
from services.api.goals.models import Target
from services.api.reports.compose import Question, of_chosen_visits, of_visits
from services.api.reports.conversions.fragments import TARGET_KINDS, bind, is_target, part
from services.api.reports.selection import Selection

_WALKERS = {Within.PERIOD: "of_visitor", Within.VISIT: "of_visit"}


def goals(selection: Selection, targets: Sequence[Target]) -> Question:
    """One row for each goal that was reached, by its place among ``targets`` (at least one), from 1."""
    args = _args(selection)
    reached = ", ".join(
        part("reached_goal", condition=is_target(target, "e", args), number=bind(number, args))
        for number, target in enumerate(targets, 1)
    )
    return _question("goals", selection, args, reached=reached)


def funnel(selection: Selection, targets: Sequence[Target], within: Within) -> Question:
    """One row for each depth, from 0, at which there is a visitor. ``targets`` has at least one."""
    args, numbers = _args(selection), range(1, len(targets) + 1)
    conditions = [is_target(target, "e", args) for target in targets]
    walker = part(_WALKERS[within])
    return _question(
        "funnel",
        selection,
        args,
        steps=", ".join(
            part("took_step", condition=condition, number=str(number))
            for number, condition in zip(numbers, conditions, strict=True)
        ),
        any_step=" or ".join(conditions),
        walker=walker,
        walks=",\n".join(part("walk", number=str(number), before=str(number - 1), walker=walker) for number in numbers),
        numbers=", ".join(f"n_{number}" for number in numbers),
        last=f"walked_{len(targets)}",
    )


def _args(selection: Selection) -> list[Any]:
    return [*selection.args, list(TARGET_KINDS)]


def _question(name: str, selection: Selection, args: list[Any], **marks: str) -> Question:
    conditions = {
        "of_visits": of_chosen_visits(selection.filters, args),
        "visit_filters": of_visits(selection.filters, args),
    }
    return Question(part(name, **conditions, **marks), args)
