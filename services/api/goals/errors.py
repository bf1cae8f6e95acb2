from services.api.http.errors import ApiError


class GoalNotFoundError(ApiError):
    """The site has no such goal."""


class GoalNameTakenError(ApiError):
    """The site has a goal of that name."""


class TooManyGoalsError(ApiError):
    """A site has at most so many goals."""


class GoalInUseError(ApiError):
    """A funnel has the goal as a step."""
