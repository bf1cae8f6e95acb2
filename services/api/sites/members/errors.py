from services.api.http.errors import ApiError


class NoSuchMemberError(ApiError):
    """The site lists no such user, or there is none."""
