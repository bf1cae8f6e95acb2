"""Goals, and the page views and events that reach them. Steps of funnels use the same targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from common.beacon import MAX_NAME, MAX_PROP_KEY, MAX_PROP_VALUE
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel

MAX_GOALS = 100
"""Per site. One query counts all of them."""


MAX_PAGE = 2_000
MAX_PROPERTIES = 10


@dataclass(frozen=True, slots=True)
class ConversionTarget:
    """A page view or a custom event that reaches a goal or a funnel step. Either ``page`` or ``event`` is empty."""

    page: str = ""
    """A path, in which ``*`` matches any text."""
    event: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    """Properties that the event must have; numbers and booleans as JSON writes them."""


def check_text(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must contain only printable characters")
    return text


def check_name(name: str) -> str:
    """Check a display name. With surrounding spaces, two names could look the same."""
    if name != name.strip():
        raise ValueError("must not begin or end with a space")
    return check_text(name)


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(check_name)]
Page = Annotated[str, Field(min_length=1, max_length=MAX_PAGE), AfterValidator(check_text)]
EventName = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(check_text)]
PropertyKey = Annotated[str, Field(min_length=1, max_length=MAX_PROP_KEY), AfterValidator(check_text)]
PropertyValue = Annotated[str, Field(max_length=MAX_PROP_VALUE), AfterValidator(check_text)]
Properties = Annotated[dict[PropertyKey, PropertyValue], Field(max_length=MAX_PROPERTIES)]


class NewConversionTarget(RequestModel):
    """A page or a custom event, with properties."""

    page: Page | None = None
    """Path of a page; `*` matches any text, as in `/blog/*`."""
    event: EventName | None = None
    """Name of a custom event."""
    properties: Annotated[Properties, Field(default_factory=dict)]
    """Properties that the event must have, e.g. `{"plan": "pro"}`; numbers and booleans as JSON writes them."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.page is None) == (self.event is None):
            raise ValueError("set either page or event")
        return self

    @property
    def target(self) -> ConversionTarget:
        return ConversionTarget(self.page or "", self.event or "", properties_of(self.properties))


def properties_of(given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(given.items()))


@dataclass(frozen=True, slots=True)
class Goal:
    id: UUID
    name: str
    target: ConversionTarget
    created_at: datetime


class NewGoal(NewConversionTarget):
    name: Name
    """Unique within the site; reports, filters and funnels use it."""


class GoalView(ResponseModel):
    id: UUID
    name: str
    page: str | None
    """Path of a page; `*` matches any text. Null if the goal is an event."""
    event: str | None
    """Name of a custom event. Null if the goal is a page."""
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


class GoalList(ResponseModel):
    goals: tuple[GoalView, ...]


class GoalNotFoundError(ApiError):
    """The site has no such goal."""


class GoalNameTakenError(ApiError):
    """Another goal of the site has that name."""


class TooManyGoalsError(ApiError):
    """The site has the maximum number of goals."""


class GoalInUseError(ApiError):
    """A funnel uses the goal as a step."""
