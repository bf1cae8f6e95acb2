from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.api.accounts.auth.models import Scope
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel, check_printable


class ApiKeyNotFoundError(ApiError):
    """The caller has no such API key."""


class InvalidApiKeyError(ApiError):
    """The key would give access to nothing, or to more than was asked for."""


class CreateApiKey(RequestModel):
    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(check_printable)]
    """What the key is for."""
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    site: Annotated[str | None, Field(max_length=100)] = None
    """The only site that the key gives access to. Without it: all sites of its user."""


class ApiKey(ResponseModel):
    id: UUID
    name: str
    prefix: str
    """The first characters of the key."""
    scopes: tuple[Scope, ...]
    site: str | None
    created_at: datetime
    last_used_at: datetime | None
    """Accurate to the minute."""


class CreatedApiKey(ApiKey):
    key: Annotated[str, Field(repr=False)]
    """The key itself. It is in this response only; the server stores a hash."""


class ApiKeyList(ResponseModel):
    keys: tuple[ApiKey, ...]
