"""`pyuniqvisit distribute`."""

import asyncio
from pathlib import Path

import click

from common.store import Connection, connect, load_queries
from common.store.distribution import CannotDistributeError, DistributedTable, check_ready, distribute, plan
from common.store.distribution.distribute import CITUS_SHARDS, MAX_CITUS_SHARDS, MIN_CITUS_SHARDS
from common.store.migrate import newest_revision
from services.cli.errors import CliError
from services.cli.settings import config_option, data_dir_option, find_database, settings_with

_SQL = load_queries("services.cli.backup")


@click.command("distribute")
@click.option("--dry-run", is_flag=True, help="Report what would be distributed, without doing it.")
@click.option(
    "--shards",
    type=click.IntRange(MIN_CITUS_SHARDS, MAX_CITUS_SHARDS),
    default=CITUS_SHARDS,
    show_default=True,
    metavar="N",
    help="Number of Citus shards, several for each current and future server; it cannot be changed later.",
)
@data_dir_option
@config_option
def distribute_command(dry_run: bool, shards: int, data_dir: Path | None, config_file: Path | None) -> None:
    """Distribute the large tables over the servers of a Citus cluster.

    The database must be the coordinator of the cluster. Stop the API and the workers first; collectors can continue.
    Either all tables are distributed or none. It is safe to repeat.
    """
    database = find_database(settings_with(config_file, data_dir))
    try:
        tables = asyncio.run(_run(database, shards, dry_run=dry_run))
    except CannotDistributeError as error:
        raise CliError(str(error)) from None
    for table in tables:
        click.echo(f"{table.name}: by {table.by}, {table.bytes:,} bytes")
    if not tables:
        click.echo("All tables are already distributed")
    else:
        click.echo(f"{len(tables)} tables {'would be distributed' if dry_run else 'distributed'}")


async def _run(database: str, shards: int, *, dry_run: bool) -> list[DistributedTable]:
    connection = await connect(database)
    try:
        await _check_schema(connection)
        if not dry_run:
            return list(await distribute(connection, shards))
        if tables := await plan(connection):
            await check_ready(connection)
        return tables
    finally:
        await connection.close()


async def _check_schema(connection: Connection) -> None:
    """Require the newest schema, because later revisions cannot be applied to tables distributed before them."""
    revision = await connection.fetchval(_SQL["revision"]) if await connection.fetchval(_SQL["has_schema"]) else None
    newest = newest_revision()
    if revision not in (None, newest):
        raise CannotDistributeError(
            f"the schema is {revision}, but this version needs {newest}; run `pyuniqvisit migrate` first"
        )
