"""Reading a file back into a database: all of it or nothing."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import asyncpg

from common.store import connect
from common.store.connection import is_distributed
from common.store.distribution import CannotDistributeError, distribute
from common.store.errors import one_line
from common.store.migrate import newest_revision
from services.cli.backup.dump import SQL
from services.cli.backup.errors import BackupError
from services.cli.backup.file import BackupReader, Table, check_file

Migrate = Callable[[int], Awaitable[None]]
"""Brings the database to the newest schema of this version; takes the number of shards of a new install."""


async def restore(database_url: str, path: Path, migrate: Migrate, *, force: bool = False) -> dict[str, int]:
    """Puts a backup into an empty database; with ``force`` into any, whose content is gone then.

    The whole file is read and checked before anything is touched. What was a distributed database becomes one again,
    empty or not. Gives the rows of each table, counted in the database afterwards. Raises ``BackupError``, ``OSError``
    or a database error.
    """
    facts = check_file(path)
    if (ours := newest_revision()) != facts["revision"]:
        raise BackupError(
            f"{path}: has schema {facts['revision']}, this version makes {ours}; restore it with "
            f"version {facts['program']}, and bring it up to date with `pyuniqvisit migrate` of this one"
        )
    spread = await _make_ready(database_url, force=force)
    await migrate(facts["shards"])
    connection = await connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute(SQL["make_room"])
            wanted = await _load(connection, path)
            for name, last in facts["sequences"].items():
                if last is not None:
                    await connection.execute(SQL["set_sequence"], name, last)
            await connection.execute(SQL["make_counter"])
            counted = {row[0]: row[1] for row in await connection.fetch(SQL["counts"])}
            if wrong := [name for name, rows in wanted.items() if counted.get(name) != rows]:
                raise BackupError(f"{path}: not all rows arrived in {', '.join(wrong)}")
        if spread:
            await _distribute(connection, spread)
        return {name: counted[name] for name in wanted}
    finally:
        await connection.close()


async def _make_ready(database_url: str, *, force: bool) -> int:
    """Gives into how many parts its tables are to be divided afterwards; 0: they are not."""
    connection = await connect(database_url)
    try:
        if running := [name for (name,) in await connection.fetch(SQL["services"])]:
            raise BackupError(f"the {' and the '.join(running)} still work on this database; stop them first")
        if not await connection.fetchval(SQL["has_schema"]):
            return 0
        if not force and not await connection.fetchval(SQL["is_empty"]):
            raise BackupError("the database is not empty; --force replaces what is in it")
        parts: int = await connection.fetchval(SQL["parts"]) if await is_distributed(connection) else 0
        if force or parts:
            await connection.execute(SQL["drop_everything"])
        return parts
    finally:
        await connection.close()


async def _distribute(connection: Any, parts: int) -> None:
    """Only now: what is loaded in one transaction is not spread in it as well."""
    try:
        await distribute(connection, parts)
    except (CannotDistributeError, asyncpg.PostgresError) as error:
        raise BackupError(
            f"everything is restored, but on one server: {one_line(error)}; "
            f"then run `pyuniqvisit distribute --shards {parts}`"
        ) from error


async def _load(connection: Any, path: Path) -> Mapping[str, int]:
    """Gives the rows that each table had when it was backed up."""
    with BackupReader(path) as reader:
        wanted: Counter[str] = Counter()
        for table in reader.tables():
            if table.parent != table.name:
                await connection.execute(SQL["ensure_partition"], table.parent, table.name)
            # Rows find their part of the month by themselves.
            await connection.copy_to_table(
                table.parent, columns=table.columns, source=_chunks(reader, table), format="binary"
            )
            wanted[table.parent] += reader.rows[table.name]
        return wanted


async def _chunks(reader: BackupReader, table: Table) -> AsyncIterator[bytes]:
    for chunk in reader.data(table):
        yield chunk
