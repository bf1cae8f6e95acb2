from services.api.http.errors import ApiError


class TooManyPointsError(ApiError):
    """The period holds more buckets of the interval than one answer gives."""


class UnknownDimensionError(ApiError):
    """Numbers cannot be broken down by this."""
