"""Writes a backup on one snapshot of the database, while the services continue to run."""

from collections import Counter
from datetime import datetime
from graphlib import TopologicalSorter
from pathlib import Path

from common.store import Connection, load_queries
from common.version import VERSION
from services.cli.backup.backup_file import BackupError, BackupWriter, TableHeader
from services.cli.backup.snapshot import consistent_snapshot

SQL = load_queries(__package__)


async def back_up(database_url: str, path: Path, now: datetime) -> dict[str, int]:
    """Write a backup and return the number of rows of each table.

    Raises ``BackupError``, ``OSError`` or a database error.
    """
    async with consistent_snapshot(database_url) as connection:
        if not await connection.fetchval(SQL["has_schema"]):
            raise BackupError(
                "the database has no tables, so there is nothing to back up; check database.url or --data-dir"
            )
        tables = await _tables(connection)
        [install] = await connection.fetch(SQL["install"])
        header = {
            "created_at": now.isoformat(),
            "created_by": VERSION,
            "revision": await connection.fetchval(SQL["revision"]),
            "shards": install["shards"],
            "server": connection.get_settings().server_version,
            "sequences": {row["name"]: row["last_value"] for row in await connection.fetch(SQL["sequences"])},
        }
        rows: Counter[str] = Counter()
        with BackupWriter(path, header) as writer:
            for table in tables:
                writer.begin(table)
                status = await connection.copy_from_table(
                    table.name, columns=table.columns, output=writer.add, format="binary"
                )
                read = int(status.rpartition(" ")[2])
                rows[table.parent] += read
                writer.end(table, read)
        return dict(rows)


async def _tables(connection: Connection) -> list[TableHeader]:
    """Return the tables in the order in which they can be restored: a table follows those that it references.

    ``install`` comes first, because creating a partition needs the number of shards.
    """
    tables = [
        TableHeader(name, parent, tuple(columns)) for name, parent, columns in await connection.fetch(SQL["tables"])
    ]
    references: dict[str, set[str]] = {table.name: set() for table in tables}
    for name, referenced in await connection.fetch(SQL["references"]):
        references[name].add(referenced)
    order = list(TopologicalSorter(references).static_order())
    return sorted(tables, key=lambda table: (table.name != "install", order.index(table.name)))
