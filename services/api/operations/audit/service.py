"""Writing the audit log, and reading it."""

import asyncpg
import structlog

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.operations.audit.entries import Deed
from services.api.operations.audit.models import AuditPage, AuditQuery
from services.api.operations.audit.repository import AuditRepository

_log = structlog.get_logger()


class AuditService:
    def __init__(self, entries: AuditRepository, clock: Clock, random: Randomness) -> None:
        self._entries = entries
        self._clock = clock
        self._random = random

    async def record(self, deed: Deed) -> None:
        """Never fails: what was done is done, and its caller has to hear so."""
        now = self._clock()
        try:
            await self._entries.add(as_uuid(uuid7(now, self._random(10))), deed, utc(now))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            _log.error(
                "not in the audit log",
                error=type(error).__name__,
                actor=deed.actor.username,
                action=deed.action,
                subject=deed.subject,
            )

    async def page(self, query: AuditQuery) -> AuditPage:
        found = await self._entries.page(
            query.after, query.limit + 1, actor=query.actor, action=query.action, subject=query.subject
        )
        entries = tuple(found[: query.limit])
        return AuditPage(entries=entries, next=entries[-1].id if len(found) > query.limit else None)
