from services.api.http.errors import ApiError


class DeletionNotFoundError(ApiError):
    """No site of that name was deleted."""
