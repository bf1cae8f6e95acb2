"""What can be done with goals."""

from uuid import UUID

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.goals.errors import GoalNotFoundError, TooManyGoalsError
from services.api.goals.models import MAX_GOALS, Goal, NewGoal
from services.api.goals.repository import GoalRepository
from services.api.sites.models import Site


class GoalService:
    def __init__(self, goals: GoalRepository, clock: Clock, random: Randomness) -> None:
        self._goals = goals
        self._clock = clock
        self._random = random

    async def of_site(self, site: Site) -> list[Goal]:
        """By name."""
        return await self._goals.of_site(site.id)

    async def get(self, site: Site, goal_id: str) -> Goal:
        """Raises ``GoalNotFoundError``."""
        return _found(await self._goals.get(_number(goal_id), site.id))

    async def create(self, site: Site, wanted: NewGoal) -> Goal:
        """Raises ``GoalNameTakenError`` or ``TooManyGoalsError``."""
        now_ms = self._clock()
        goal = Goal(as_uuid(uuid7(now_ms, self._random(10))), wanted.name, wanted.target, utc(now_ms))
        if not await self._goals.add(goal, site.id):
            raise TooManyGoalsError(f"a site has at most {MAX_GOALS} goals")
        return goal

    async def replace(self, site: Site, goal_id: str, wanted: NewGoal) -> Goal:
        """Raises ``GoalNotFoundError`` or ``GoalNameTakenError``."""
        return _found(await self._goals.change(_number(goal_id), site.id, wanted.name, wanted.target))

    async def delete(self, site: Site, goal_id: str) -> None:
        """Raises ``GoalNotFoundError`` or ``GoalInUseError``."""
        if not await self._goals.delete(_number(goal_id), site.id):
            raise _not_found()


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _not_found() from None


def _found(goal: Goal | None) -> Goal:
    if goal is None:
        raise _not_found()
    return goal


def _not_found() -> GoalNotFoundError:
    return GoalNotFoundError("the site has no such goal")
