from services.api.http.errors import ApiError


class AlertNotFoundError(ApiError):
    """The site has no such alert."""


class TooManyAlertsError(ApiError):
    """A site has at most so many alerts."""


class TooManyTestsError(ApiError):
    """A site's alerts may be tested so often only."""
