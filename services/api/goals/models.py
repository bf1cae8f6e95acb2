from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.api.goals.targets import Name, NewTarget, Target
from services.api.http.models import Output

MAX_GOALS = 100
"""Of a site: all of them are looked for in one pass over its events."""


@dataclass(frozen=True, slots=True)
class Goal:
    id: UUID
    name: str
    target: Target
    created_at: datetime


class NewGoal(NewTarget):
    name: Name
    """As numbers, filters and funnels call it; the site has it once."""


class GoalView(Output):
    id: UUID
    name: str
    page: str | None
    """Path of a page; `*` stands for any text. Null: the goal is an event."""
    event: str | None
    """Name of a custom event. Null: the goal is a page."""
    properties: dict[str, str]
    created_at: datetime

    @classmethod
    def of(cls, goal: Goal) -> "GoalView":
        target = goal.target
        return cls(
            id=goal.id,
            name=goal.name,
            page=target.page or None,
            event=target.event or None,
            properties=dict(target.properties),
            created_at=goal.created_at,
        )


class GoalList(Output):
    goals: tuple[GoalView, ...]
