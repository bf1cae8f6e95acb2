from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.api.accounts.auth.models import Scope
from services.api.http.models import Input, Output


def _check_name(name: str) -> str:
    if not name.isprintable():
        raise ValueError("use printable characters")
    return name


class NewKey(Input):
    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_check_name)]
    """What the key is for."""
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    site: Annotated[str | None, Field(max_length=100)] = None
    """The only site that the key opens. Without it, all that its user sees."""


class KeyView(Output):
    id: UUID
    name: str
    prefix: str
    """How the key begins."""
    scopes: tuple[Scope, ...]
    site: str | None
    created_at: datetime
    last_used_at: datetime | None
    """To the minute."""


class MadeKey(KeyView):
    key: Annotated[str, Field(repr=False)]
    """The key itself, which is told once and kept nowhere."""


class KeyList(Output):
    keys: tuple[KeyView, ...]
