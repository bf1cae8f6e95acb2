from services.api.errors import ApiError


class NoSuchMemberError(ApiError):
    """The site lists no such user, or there is none."""
