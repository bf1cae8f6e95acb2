from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import Field

from services.api.accounts.auth.models import Caller
from services.api.http.models import RequestModel, ResponseModel

ACTOR = web.RequestKey("audit_actor", Caller)
"""Set by a handler that identifies the caller itself, such as the login."""

SUBJECT = web.RequestKey("audit_subject", str)
"""Set by a handler whose path does not name the subject, e.g. to the name of what it created."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An action of a user, to be added to the audit log."""

    actor: Caller
    action: str
    subject: str
    fields: tuple[str, ...]
    """Names of the fields that the request set; never values, which may be secret."""
    request_id: str


class AuditQuery(RequestModel):
    actor: Annotated[str, Field(max_length=100)] | None = None
    """A username."""
    action: Annotated[str, Field(max_length=100)] | None = None
    """One action, e.g. ``site.create``, or all actions of a group, e.g. ``site``."""
    subject: Annotated[str, Field(max_length=200)] | None = None
    after: UUID | None = None
    """``next`` of the previous page."""
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class AuditEntry(ResponseModel):
    id: UUID
    at: datetime
    actor: str
    """The username at that time."""
    action: str
    subject: str
    """What was changed: the name of a site, a username, or several parts joined by ``/``."""
    fields: tuple[str, ...]
    """Names of the fields that the request set. Values are not recorded."""
    request_id: str


class AuditPage(ResponseModel):
    entries: tuple[AuditEntry, ...]
    """Newest first."""
    next: UUID | None
    """The ``after`` of the next page; null on the last page."""
