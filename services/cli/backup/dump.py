"""Reading the database into a file, on one snapshot: nobody has to stop working."""

from collections import Counter
from datetime import datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from common.store import load_queries
from common.version import VERSION
from services.cli.backup.errors import BackupError
from services.cli.backup.file import BackupWriter, Table
from services.cli.backup.moment import one_moment

SQL = load_queries(__package__)


async def back_up(database_url: str, path: Path, now: datetime) -> dict[str, int]:
    """Gives the rows of each table. Raises ``BackupError``, ``OSError`` or a database error."""
    async with one_moment(database_url) as connection:
        if not await connection.fetchval(SQL["has_schema"]):
            raise BackupError("the database has no tables yet; there is nothing to back up")
        tables = await _tables(connection)
        [install] = await connection.fetch(SQL["install"])
        facts = {
            "made_at": now.isoformat(),
            "program": VERSION,
            "revision": await connection.fetchval(SQL["revision"]),
            "shards": install["shards"],
            "server": connection.get_settings().server_version,
            "sequences": dict(await connection.fetch(SQL["sequences"])),
        }
        rows: Counter[str] = Counter()
        with BackupWriter(path, facts) as writer:
            for table in tables:
                writer.begin(table)
                status = await connection.copy_from_table(
                    table.name, columns=table.columns, output=writer.add, format="binary"
                )
                read = int(status.rpartition(" ")[2])
                rows[table.parent] += read
                writer.end(table, read)
        return dict(rows)


async def _tables(connection: Any) -> list[Table]:
    """Those that others refer to come before these; first, how many shards there are, by which months are made."""
    tables = [Table(name, parent, tuple(columns)) for name, parent, columns in await connection.fetch(SQL["tables"])]
    needs: dict[str, set[str]] = {table.name: set() for table in tables}
    for name, needed in await connection.fetch(SQL["references"]):
        needs[name].add(needed)
    order = list(TopologicalSorter(needs).static_order())
    return sorted(tables, key=lambda table: (table.name != "install", order.index(table.name)))
