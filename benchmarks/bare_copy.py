"""The minimum cost of storing the worker's rows in PostgreSQL: COPY and nothing else.

Copies the rows that a worker has just written into tables with the same columns and indexes in the same database: once
from Python, in as many transactions as the worker needed, and once as encoded bytes in a single transaction.
"""

import io
import time
from typing import Any, NamedTuple

from benchmarks.processes import family_cpu_seconds
from common.store import connect, load_queries

_SQL = load_queries("benchmarks")
_TABLES = ("visitors", "visits", "events")


class CopySeconds(NamedTuple):
    """Seconds."""

    from_python: float
    """In the requested number of transactions."""
    cpu: float
    """Processor time of Python and PostgreSQL for it."""
    encoded: float
    """Encoded bytes in one transaction."""


async def copy_again(database_url: str, postgres_pid: int, transactions: int) -> CopySeconds:
    connection = await connect(database_url)
    try:
        rows = {table: await _rows(connection, table) for table in _TABLES}
        encoded = {table: await _encoded(connection, table) for table in _TABLES}
        before = time.process_time() + family_cpu_seconds(postgres_pid)
        from_python = await _from_python(connection, rows, transactions)
        cpu = time.process_time() + family_cpu_seconds(postgres_pid) - before
        return CopySeconds(from_python, cpu, await _encoded_before(connection, encoded))
    finally:
        await connection.close()


async def _rows(connection: Any, table: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await connection.fetch(_SQL[f"{table}_in_order"])]


async def _encoded(connection: Any, table: str) -> bytes:
    out = io.BytesIO()
    await connection.copy_from_query(_SQL[f"{table}_in_order"], output=out, format="binary")
    return out.getvalue()


async def _from_python(connection: Any, rows: dict[str, list[tuple[Any, ...]]], transactions: int) -> float:
    await connection.execute(_SQL["make_copies"])
    began = time.perf_counter()
    for number in range(transactions):
        async with connection.transaction():
            for table, all_rows in rows.items():
                begin, end = (len(all_rows) * place // transactions for place in (number, number + 1))
                await connection.copy_records_to_table(f"copied_{table}", records=all_rows[begin:end])
    return time.perf_counter() - began


async def _encoded_before(connection: Any, encoded: dict[str, bytes]) -> float:
    await connection.execute(_SQL["make_copies"])
    began = time.perf_counter()
    async with connection.transaction():
        for table, data in encoded.items():
            await connection.copy_to_table(f"copied_{table}", source=io.BytesIO(data), format="binary")
    return time.perf_counter() - began
