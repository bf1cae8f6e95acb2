"""Restores a backup into a database, all of it or nothing."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import asyncpg

from common.store import Connection, connect
from common.store.connection import is_distributed
from common.store.distribution import CannotDistributeError, distribute
from common.store.errors import one_line
from common.store.migrate import newest_revision
from services.cli.backup.backup_file import BackupError, BackupReader, TableHeader, check_file
from services.cli.backup.dump import SQL

Migrate = Callable[[int], Awaitable[None]]
"""Migrates a database to the newest schema; takes the number of shards of a new install."""


async def restore(database_url: str, path: Path, migrate: Migrate, *, force: bool = False) -> dict[str, int]:
    """Restore a backup into an empty database; ``force`` replaces the content of any database.

    The whole file is read and checked before the database is changed. A distributed database is distributed again.
    Returns the number of rows of each table, counted in the database. Raises ``BackupError``, ``OSError`` or a database
    error.
    """
    header = check_file(path)
    if (newest := newest_revision()) != header["revision"]:
        raise BackupError(
            f"{path}: has schema {header['revision']}, but this version needs {newest}; restore it with version "
            f"{header['created_by']} and then run `pyuniqvisit migrate` of this version"
        )
    citus_shards = await _prepare(database_url, force=force)
    await migrate(header["shards"])
    connection = await connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute(SQL["delete_initial_rows"])
            expected = await _load(connection, path)
            for name, last in header["sequences"].items():
                if last is not None:
                    await connection.execute(SQL["set_sequence"], name, last)
            await connection.execute(SQL["create_row_counter"])
            counted = {row[0]: row[1] for row in await connection.fetch(SQL["row_counts"])}
            if wrong := [name for name, rows in expected.items() if counted.get(name) != rows]:
                raise BackupError(
                    f"{path}: rows are missing after the restore in {', '.join(wrong)}; no rows were restored"
                )
        if citus_shards:
            await _distribute(connection, citus_shards)
        return {name: counted[name] for name in expected}
    finally:
        await connection.close()


async def _prepare(database_url: str, *, force: bool) -> int:
    """Check the database, and empty it if needed.

    Returns the number of shards of a distributed database, which must be distributed again, else 0.
    """
    connection = await connect(database_url)
    try:
        if running := [name for (name,) in await connection.fetch(SQL["running_services"])]:
            raise BackupError(f"still connected to this database: {', '.join(running)}; stop that first")
        if not await connection.fetchval(SQL["has_schema"]):
            return 0
        if not force and not await connection.fetchval(SQL["is_empty"]):
            raise BackupError("the database is not empty; use --force to replace its content")
        citus_shards: int = (
            await connection.fetchval(SQL["citus_shard_count"]) if await is_distributed(connection) else 0
        )
        if force or citus_shards:
            await connection.execute(SQL["drop_tables_and_functions"])
        return citus_shards
    finally:
        await connection.close()


async def _distribute(connection: Connection, citus_shards: int) -> None:
    """Distribute after the restore, because rows cannot be loaded and distributed in one transaction."""
    try:
        await distribute(connection, citus_shards)
    except (CannotDistributeError, asyncpg.PostgresError) as error:
        raise BackupError(
            f"the backup was restored, but on one server only: {one_line(error)}; fix that and "
            f"run `pyuniqvisit distribute --shards {citus_shards}`"
        ) from error


async def _load(connection: Connection, path: Path) -> Mapping[str, int]:
    """Copy the rows of every table and return how many each had in the backup."""
    with BackupReader(path) as reader:
        expected: Counter[str] = Counter()
        for table in reader.tables():
            if table.parent != table.name:
                await connection.execute(SQL["ensure_partition"], table.parent, table.name)
            # PostgreSQL routes each row to its partition.
            await connection.copy_to_table(
                table.parent, columns=table.columns, source=_chunks(reader, table), format="binary"
            )
            expected[table.parent] += reader.rows[table.name]
        return expected


async def _chunks(reader: BackupReader, table: TableHeader) -> AsyncIterator[bytes]:
    for chunk in reader.data(table):
        yield chunk
