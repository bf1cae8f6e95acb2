"""Insights in the store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from common.insights import InsightKind, TooLittle
from common.store import load_queries

KEPT = 30
"""Of a site and kind: a month of nights, to look back at what was said."""
_SQL = load_queries("services.worker.insights")


async def keep(connection: Any, site_id: int, now: datetime, found: Mapping[InsightKind, BaseModel]) -> None:
    """Keeps the newest, and ends the request that they answer."""
    async with connection.transaction():
        for kind, insight in found.items():
            part = "refused" if isinstance(insight, TooLittle) else "found"
            await connection.execute(_SQL["keep"], site_id, kind.value, now, {part: insight.model_dump(mode="json")})
            await connection.execute(_SQL["forget"], site_id, kind.value, KEPT)
        await connection.execute(_SQL["finish_request"], site_id)
        await connection.execute(_SQL["free_request"], site_id)


async def timezone_of(connection: Any, site_id: int) -> str | None:
    """None for a site that is gone."""
    row = await connection.fetchrow(_SQL["site"], site_id)
    return str(row["timezone"]) if row else None
