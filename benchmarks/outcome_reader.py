"""Outcomes of beacons, as PostgreSQL has them."""

import asyncio
import time
from typing import Any, Self

import asyncpg

from benchmarks.processes import BenchmarkError
from common.store import connect, load_queries

_SQL = load_queries("benchmarks")
_POLL_SECONDS = 0.02
_STUCK_SECONDS = 60.0


class OutcomeReader:
    """Reads ``ingest_counts`` over a connection of its own: ``async with OutcomeReader(url) as reader``."""

    _connection: "asyncpg.Connection[Any]"

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    async def __aenter__(self) -> Self:
        self._connection = await connect(self._url)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._connection.close()

    async def outcomes(self) -> dict[str, int]:
        return {row["outcome"]: row["beacons"] for row in await self._connection.fetch(_SQL["outcomes"])}

    async def rows(self) -> dict[str, int]:
        """Return the number of stored rows by table."""
        return dict((await self._connection.fetch(_SQL["rows"]))[0])

    async def wait_for(self, expected: int, *, at_most: int | None = None) -> float:
        """Return the seconds until all of ``expected`` beacons are accounted for.

        ``at_most``: the maximum including beacons that were not acknowledged. Raise ``BenchmarkError`` when there are
        more, or when none is added for a minute.
        """
        began = moved = time.perf_counter()
        before = -1
        while True:
            found = sum((await self.outcomes()).values())
            now = time.perf_counter()
            if expected <= found <= (at_most or expected):
                return now - began
            if found > expected:
                raise BenchmarkError(f"{expected} beacons were acknowledged, {found} are accounted for")
            if found != before:
                before, moved = found, now
            elif now - moved > _STUCK_SECONDS:
                raise BenchmarkError(f"only {found} of {expected} beacons are accounted for, and no more come")
            await asyncio.sleep(_POLL_SECONDS)
