"""What a handler may tell the audit log beyond what its request says."""

from dataclasses import dataclass

from aiohttp import web

from services.api.accounts.auth.models import Caller

ACTOR = web.RequestKey("audit_actor", Caller)
"""Who did it, where the request itself does not say: logging in."""

SUBJECT = web.RequestKey("audit_subject", str)
"""What it was done to, where the path does not say, e.g. the name of what was made."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did."""

    actor: Caller
    action: str
    subject: str
    fields: tuple[str, ...]
    """Names of what the request set; never values, which may be secret."""
    request_id: str
