from services.api.http.errors import ApiError


class UserNotFoundError(ApiError):
    """There is no user of that name."""


class UsernameTakenError(ApiError):
    """Usernames are unique in an install, in any case."""


class LastAdminError(ApiError):
    """Nobody who can log in would be left to manage the install."""
