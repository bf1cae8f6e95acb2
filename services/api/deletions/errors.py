from services.api.errors import ApiError


class DeletionNotFoundError(ApiError):
    """No site of that name was deleted."""
