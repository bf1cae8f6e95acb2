from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.api.http.models import Input, Output


class AuditQuery(Input):
    actor: Annotated[str, Field(max_length=100)] | None = None
    """A username."""
    action: Annotated[str, Field(max_length=100)] | None = None
    """One action, e.g. ``site.create``, or all of a kind: ``site``."""
    subject: Annotated[str, Field(max_length=200)] | None = None
    after: UUID | None = None
    """``next`` of the page before."""
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class AuditEntry(Output):
    id: UUID
    at: datetime
    actor: str
    """The username at that time."""
    action: str
    subject: str
    """What it was done to: a site's name, a username, several parts joined by ``/``."""
    fields: tuple[str, ...]
    """What the request set, by name; values are not kept."""
    request_id: str


class AuditPage(Output):
    entries: tuple[AuditEntry, ...]
    """The newest first."""
    next: UUID | None
    """Give it as ``after`` to read on; null at the end."""
