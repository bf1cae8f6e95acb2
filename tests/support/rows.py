"""Insert visits as the ingest stores them: the rows of a visit, its visitor and its events."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from common.beacon import Kind
from common.identity import shard_of
from common.store import load_queries
from common.visits import VISIT_COLUMNS

_SQL = load_queries("tests.support")
_ADD_VISIT = "insert into visits ({}) values ({})".format(
    ", ".join(VISIT_COLUMNS), ", ".join(f"${number}" for number in range(1, len(VISIT_COLUMNS) + 1))
)


async def add_visit(
    connection: Any,
    site_id: int,
    started_at: datetime,
    *,
    visitor: bytes,
    seconds: float = 0,
    pageviews: Iterable[float] = (0,),
    events: Iterable[float] = (),
    clicks: Iterable[float] = (),
    bot_reason: str = "",
    shards: int = 4,
) -> None:
    """Insert a visit. ``pageviews``, ``events``, ``clicks``: the time of each, in seconds after ``started_at``."""
    visitor_id, shard = uuid.UUID(bytes=visitor), shard_of(visitor, shards)
    moments = [(Kind.PAGEVIEW, at) for at in pageviews]
    moments += [(Kind.EVENT, at) for at in events] + [(Kind.CLICK, at) for at in clicks]
    own_times = [started_at + timedelta(seconds=at) for _, at in moments]
    for month in {moment.date().replace(day=1) for moment in (started_at, *own_times)}:
        await connection.execute(_SQL["ensure_partitions"], month)
    views = sum(kind is Kind.PAGEVIEW for kind, _ in moments)
    await connection.execute(_SQL["add_visitor"], shard, site_id, visitor_id, started_at)
    row = dict.fromkeys(VISIT_COLUMNS, "") | {
        "shard": shard,
        "site_id": site_id,
        "visitor_id": visitor_id,
        "started_at": started_at,
        "ended_at": started_at + timedelta(seconds=seconds),
        "pageviews": views,
        "events": len(moments) - views,
        "engaged_ms": 0,
        "screen_width": 0,
        "bot_reason": bot_reason,
        "hostname": "example.com",
        "entry_page": "/",
        "exit_page": "/",
        "channel": "direct",
    }
    await connection.execute(_ADD_VISIT, *row.values())
    await connection.executemany(
        _SQL["add_event"],
        [
            (at, started_at, uuid.uuid4(), visitor_id, site_id, shard, int(kind), bool(bot_reason))
            for (kind, _), at in zip(moments, own_times, strict=True)
        ],
    )
