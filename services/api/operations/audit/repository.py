"""The audit log in the store."""

from datetime import datetime
from uuid import UUID

from common.store import Pool, load_queries
from services.api.operations.audit.entries import Deed
from services.api.operations.audit.models import AuditEntry

_SQL = load_queries(__package__)


class AuditRepository:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, entry_id: UUID, deed: Deed, now: datetime) -> None:
        await self._pool.execute(
            _SQL["add_entry"],
            entry_id,
            now,
            deed.actor.id,
            deed.actor.username,
            deed.action,
            deed.subject,
            {"fields": list(deed.fields)},
            deed.request_id,
        )

    async def page(
        self, before: UUID | None, limit: int, *, actor: str | None, action: str | None, subject: str | None
    ) -> list[AuditEntry]:
        """The newest first; those older than the entry ``before``."""
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
