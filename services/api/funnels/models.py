from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.api.goals.models import ConversionTarget, EventName, Name, Page, Properties, properties_of
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel

MIN_STEPS, MAX_STEPS = 2, 8
MAX_FUNNELS = 100
"""Of a site."""


class FunnelScope(StrEnum):
    """In what time the steps must be taken."""

    PERIOD = "period"
    """By one visitor, in any of the visits of the period."""
    VISIT = "visit"
    """In one visit."""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    goal: str
    """Name of a goal; empty for a step of the funnel's own."""
    target: ConversionTarget


@dataclass(frozen=True, slots=True)
class Funnel:
    id: UUID
    name: str
    within: FunnelScope
    steps: tuple[FunnelStep, ...]
    created_at: datetime


class NewFunnelStep(RequestModel):
    """One of goal, page and event."""

    goal: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    """Name of a goal of the site."""
    page: Page | None = None
    """Path of a page; `*` stands for any text, as in `/blog/*`."""
    event: EventName | None = None
    """Name of a custom event."""
    properties: Annotated[Properties, Field(default_factory=dict)]
    """What the view or the event must have; not for a goal, which has its own."""

    @model_validator(mode="after")
    def _is_one_of_all(self) -> Self:
        if sum(given is not None for given in (self.goal, self.page, self.event)) != 1:
            raise ValueError("give one of goal, page and event")
        if self.goal is not None and self.properties:
            raise ValueError("a goal has properties of its own")
        return self

    @property
    def target(self) -> ConversionTarget:
        """Of a step that is no goal."""
        return ConversionTarget(self.page or "", self.event or "", properties_of(self.properties))


class NewFunnel(RequestModel):
    name: Name
    """The site has it once."""
    within: FunnelScope = FunnelScope.PERIOD
    """`period`: one visitor takes the steps in any visits of the period; `visit`: all in one visit."""
    steps: Annotated[tuple[NewFunnelStep, ...], Field(min_length=MIN_STEPS, max_length=MAX_STEPS)]
    """In the order in which they must be taken; others may happen in between."""


class FunnelStepView(ResponseModel):
    goal: str | None
    """Name of the goal, if the step is one."""
    page: str | None
    event: str | None
    properties: dict[str, str]

    @classmethod
    def of(cls, step: FunnelStep) -> "FunnelStepView":
        target = step.target
        return cls(
            goal=step.goal or None,
            page=target.page or None,
            event=target.event or None,
            properties=dict(target.properties),
        )


class FunnelView(ResponseModel):
    id: UUID
    name: str
    within: FunnelScope
    steps: tuple[FunnelStepView, ...]
    created_at: datetime

    @classmethod
    def of(cls, funnel: Funnel) -> "FunnelView":
        return cls(
            id=funnel.id,
            name=funnel.name,
            within=funnel.within,
            steps=tuple(FunnelStepView.of(step) for step in funnel.steps),
            created_at=funnel.created_at,
        )


class FunnelList(ResponseModel):
    funnels: tuple[FunnelView, ...]


class FunnelNotFoundError(ApiError):
    """The site has no such funnel."""


class FunnelNameTakenError(ApiError):
    """The site has a funnel of that name."""


class TooManyFunnelsError(ApiError):
    """A site has at most so many funnels."""


class UnknownGoalError(ApiError):
    """A step is a goal that the site does not have."""
