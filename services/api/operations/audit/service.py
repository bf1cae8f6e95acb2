"""Writes and reads the audit log."""

from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from common.clock import Clock, utc
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from common.store import Pool, load_queries
from services.api.operations.audit.models import AuditEntry, AuditEvent, AuditPage, AuditQuery

_SQL = load_queries(__package__)
_log = structlog.get_logger()


class AuditRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, entry_id: UUID, event: AuditEvent, now: datetime) -> None:
        await self._pool.execute(
            *_SQL.bind(
                "add_entry",
                id=entry_id,
                at=now,
                actor=event.actor.id,
                actor_name=event.actor.username,
                action=event.action,
                subject=event.subject,
                details={"fields": list(event.fields)},
                request_id=event.request_id,
            )
        )

    async def page(
        self, before: UUID | None, limit: int, *, actor: str | None, action: str | None, subject: str | None
    ) -> list[AuditEntry]:
        """Return entries that are older than the entry ``before``, newest first."""
        rows = await self._pool.fetch(_SQL["entries_page"], before, actor, action, subject, limit)
        return [
            AuditEntry(
                id=row["id"],
                at=row["at"],
                actor=row["actor_name"],
                action=row["action"],
                subject=row["subject"],
                fields=tuple(row["details"].get("fields", ())),
                request_id=row["request_id"],
            )
            for row in rows
        ]


class AuditService:
    def __init__(self, entries: AuditRepository, clock: Clock, random: Randomness) -> None:
        self._entries = entries
        self._clock = clock
        self._random = random

    async def record(self, event: AuditEvent) -> None:
        """Add an event to the log. Never fails: the action is done, and its caller must get the response."""
        now = self._clock()
        try:
            await self._entries.add(as_uuid(uuid7(now, self._random(10))), event, utc(now))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            _log.error(
                "audit log: failed to record an event",
                error=type(error).__name__,
                actor=event.actor.username,
                action=event.action,
                subject=event.subject,
            )

    async def page(self, query: AuditQuery) -> AuditPage:
        found = await self._entries.page(
            query.after, query.limit + 1, actor=query.actor, action=query.action, subject=query.subject
        )
        entries = tuple(found[: query.limit])
        return AuditPage(entries=entries, next=entries[-1].id if len(found) > query.limit else None)
