"""`pyuniqvisit distribute`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from common.store import connect, load_queries
from common.store.distribution import CannotDistributeError, Spread, check_ready, distribute, plan
from common.store.distribution.distribute import CITUS_SHARDS, FEWEST, MOST
from common.store.migrate import newest_revision
from services.cli.database import find_database
from services.cli.errors import CliError
from services.cli.options import config_option, data_dir_option, settings_with

_SQL = load_queries("services.cli.backup")


@click.command("distribute")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--shards",
    type=click.IntRange(FEWEST, MOST),
    default=CITUS_SHARDS,
    show_default=True,
    metavar="N",
    help="Into how many parts tables are divided: several for each server, also for those to come. It cannot change.",
)
@data_dir_option
@config_option
def distribute_command(dry_run: bool, shards: int, data_dir: Path | None, config_file: Path | None) -> None:
    """Spread the big tables over all servers of a Citus cluster, with what is in them.

    The database has to be the cluster's coordinator. Stop API and worker first; collectors go on. All of it happens or
    nothing does, and it can be repeated: after new servers have joined, and after upgrades, there is nothing to do.
    """
    database = find_database(settings_with(config_file, data_dir))
    try:
        tables = asyncio.run(_run(database, shards, dry_run=dry_run))
    except CannotDistributeError as error:
        raise CliError(str(error)) from None
    for table in tables:
        click.echo(f"{table.name}: by {table.by}, {table.bytes:,} bytes")
    if not tables:
        click.echo("everything is distributed")
    else:
        click.echo(f"{len(tables)} tables {'would be' if dry_run else 'are'} distributed")


async def _run(database: str, shards: int, *, dry_run: bool) -> list[Spread]:
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


async def _check_schema(connection: Any) -> None:
    """Later revisions may be distributed, and not be made on what earlier ones left distributed."""
    revision = await connection.fetchval(_SQL["revision"]) if await connection.fetchval(_SQL["has_schema"]) else None
    newest = newest_revision()
    if revision not in (None, newest):
        raise CannotDistributeError(f"the schema is {revision}, not {newest}; run `pyuniqvisit migrate` first")
