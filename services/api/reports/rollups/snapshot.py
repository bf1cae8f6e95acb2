"""One moment of the store: everything that is read in it belongs together."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from common.rollups import RollupDimension
from common.store import Connection, Pool, load_queries
from services.api.reports.breakdown import Rows
from services.api.reports.periods import Days
from services.api.reports.rollups import ranking, state, totals
from services.api.reports.rollups.ranking import Ranking
from services.api.reports.rollups.state import State, Where
from services.api.reports.rollups.totals import Chosen, Counted
from services.api.row_security import is_distributed_on

_SQL = load_queries(__package__)


async def hold_moves(connection: Connection, site_ids: Sequence[int]) -> None:
    """Keeps workers from moving numbers until the transaction ends, where the database has no one moment of its own."""
    if is_distributed_on(connection):
        await connection.execute(_SQL["hold_moves"], site_ids)


class Snapshot:
    """Open only as long as it is needed: it keeps a connection of the pool."""

    def __init__(self, connection: Connection, shards: Sequence[int]) -> None:
        self._connection = connection
        self._shards = shards

    async def state(self, where: Where, days: Days) -> State:
        await hold_moves(self._connection, [where.site_id])
        return await state.read_state(self._connection, where, days)

    async def runs(self, where: Where, runs: Sequence[Days], chosen: Chosen, known: State) -> Counted:
        return await totals.count_runs(self._connection, self._shards, where, runs, chosen, known)

    async def hours(self, where: Where, days: Days, starts: Sequence[datetime], known: State) -> Counted:
        return await totals.count_hours(self._connection, where, days, starts, known)

    async def rank(self, where: Where, days: Days, dimension: RollupDimension, rows: Rows, known: State) -> Ranking:
        return await ranking.rank(self._connection, self._shards, where, days, dimension, rows, known)

    async def values(
        self, where: Where, days: Days, dimension: RollupDimension, values: Sequence[str], known: State
    ) -> Ranking:
        return await ranking.count_values(self._connection, self._shards, where, days, dimension, values, known)


class RolledStats:
    def __init__(self, pool: Pool, shards: int) -> None:
        self._pool = pool
        self._shards = range(shards)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield Snapshot(connection, self._shards)
