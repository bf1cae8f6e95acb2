from services.api.http.errors import ApiError


class BacklogError(ApiError):
    """The streams hold so much that an import would delay live traffic."""
