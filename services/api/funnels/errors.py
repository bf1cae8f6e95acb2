from services.api.http.errors import ApiError


class FunnelNotFoundError(ApiError):
    """The site has no such funnel."""


class FunnelNameTakenError(ApiError):
    """The site has a funnel of that name."""


class TooManyFunnelsError(ApiError):
    """A site has at most so many funnels."""


class UnknownGoalError(ApiError):
    """A step is a goal that the site does not have."""
