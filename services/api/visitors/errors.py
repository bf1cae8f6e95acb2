from services.api.http.errors import ApiError


class VisitorNotFoundError(ApiError):
    """Nothing is stored of such a visitor."""


class VisitNotFoundError(ApiError):
    """The visitor has no visit that began at that moment."""
