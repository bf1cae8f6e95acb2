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
"""Per site."""


class FunnelScope(StrEnum):
    """Within what all steps must be reached."""

    PERIOD = "period"
    """By one visitor, in any visits of the period."""
    VISIT = "visit"
    """In one visit."""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    goal: str
    """Name of a goal; empty for a step with a target of its own."""
    target: ConversionTarget


@dataclass(frozen=True, slots=True)
class Funnel:
    id: UUID
    name: str
    within: FunnelScope
    steps: tuple[FunnelStep, ...]
    created_at: datetime


class NewFunnelStep(RequestModel):
    """A step: a goal, a page or a custom event."""

    goal: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    """Name of a goal of the site."""
    page: Page | None = None
    """Path of a page; `*` matches any text, as in `/blog/*`."""
    event: EventName | None = None
    """Name of a custom event."""
    properties: Annotated[Properties, Field(default_factory=dict)]
    """Properties that the page view or event must have; not for a goal, which has its own."""

    @model_validator(mode="after")
    def _is_one_of_all(self) -> Self:
        if sum(given is not None for given in (self.goal, self.page, self.event)) != 1:
            raise ValueError("set exactly one of goal, page and event")
        if self.goal is not None and self.properties:
            raise ValueError("a goal has its own properties; remove them here")
        return self

    @property
    def target(self) -> ConversionTarget:
        """The target of a step that is not a goal."""
        return ConversionTarget(self.page or "", self.event or "", properties_of(self.properties))


class NewFunnel(RequestModel):
    name: Name
    """Unique within the site."""
    within: FunnelScope = FunnelScope.PERIOD
    """`period`: one visitor reaches the steps in any visits of the period; `visit`: all in one visit."""
    steps: Annotated[tuple[NewFunnelStep, ...], Field(min_length=MIN_STEPS, max_length=MAX_STEPS)]
    """In the order in which they must be reached; other events can occur in between."""


class FunnelStepView(ResponseModel):
    goal: str | None
    """Name of the goal, if the step is a goal."""
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
    """Another funnel of the site has that name."""


class TooManyFunnelsError(ApiError):
    """The site has the maximum number of funnels."""


class UnknownGoalError(ApiError):
    """A step refers to a goal that does not exist."""
