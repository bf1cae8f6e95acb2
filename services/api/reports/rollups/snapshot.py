"""A database snapshot, in which all reads of a report are consistent."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from common.rollups import RollupDimension
from common.store import Connection, Pool, load_queries
from services.api.reports.params import BreakdownPage
from services.api.reports.periods import Days
from services.api.reports.rollups import range_state, ranking, totals
from services.api.reports.rollups.range_state import RangeState, SiteCalendar
from services.api.reports.rollups.ranking import Ranking
from services.api.reports.rollups.totals import BucketCounts, RollupSelection
from services.api.row_security import is_distributed_on

_SQL = load_queries(__package__)


async def block_rollup_moves(connection: Connection, site_ids: Sequence[int]) -> None:
    """Keep workers from folding deltas until the transaction ends. A distributed database has no common snapshot."""
    if is_distributed_on(connection):
        await connection.execute(_SQL["block_rollup_moves"], site_ids)


class Snapshot:
    """Reads rollups in one transaction. Close it early, since it occupies a connection of the pool."""

    def __init__(self, connection: Connection, shards: Sequence[int]) -> None:
        self._connection = connection
        self._shards = shards

    async def state(self, where: SiteCalendar, days: Days) -> RangeState:
        await block_rollup_moves(self._connection, [where.site_id])
        return await range_state.read_state(self._connection, where, days)

    async def runs(
        self, where: SiteCalendar, runs: Sequence[Days], chosen: RollupSelection, known: RangeState
    ) -> BucketCounts:
        return await totals.count_runs(self._connection, self._shards, where, runs, chosen, known)

    async def hours(
        self, where: SiteCalendar, days: Days, starts: Sequence[datetime], known: RangeState
    ) -> BucketCounts:
        return await totals.count_hours(self._connection, where, days, starts, known)

    async def rank(
        self, where: SiteCalendar, days: Days, dimension: RollupDimension, rows: BreakdownPage, known: RangeState
    ) -> Ranking:
        return await ranking.rank(self._connection, self._shards, where, days, dimension, rows, known)

    async def values(
        self, where: SiteCalendar, days: Days, dimension: RollupDimension, values: Sequence[str], known: RangeState
    ) -> Ranking:
        return await ranking.count_values(self._connection, self._shards, where, days, dimension, values, known)


class RollupReader:
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
