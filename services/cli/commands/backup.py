"""`pyuniqvisit backup` and `pyuniqvisit restore`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from common.clock import system_clock, utc
from services.cli.backup.backup_file import BackupError, check_file
from services.cli.backup.databases import migration_of, source_database, target_database, temporary_database
from services.cli.backup.dump import back_up
from services.cli.backup.restore import restore
from services.cli.settings import config_option, data_dir_option, settings_with

_file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command("backup")
@_file_argument
@click.option("--verify", is_flag=True, help="Restore the backup into a temporary server and compare the row counts.")
@click.option("--overwrite", is_flag=True, help="Overwrite FILE if it exists.")
@data_dir_option
@config_option
def backup_command(file: Path, verify: bool, overwrite: bool, data_dir: Path | None, config_file: Path | None) -> None:
    """Back up the whole database to FILE, whether the services are running or not.

    The backup contains no settings, no salts (they exist only in Redis) and no beacons that still wait in Redis.
    """
    if file.exists() and not overwrite:
        raise BackupError(f"{file}: already exists; use --overwrite to replace it")
    with source_database(settings_with(config_file, data_dir)) as database:
        rows = asyncio.run(back_up(database, file, utc(system_clock())))
    click.echo(f"Backed up {sum(rows.values()):,} rows of {len(rows)} tables to {file} ({file.stat().st_size:,} bytes)")
    if verify:
        _verify(file, rows)


@click.command("restore")
@_file_argument
@click.option("--verify", is_flag=True, help="Only verify FILE, by restoring it into a temporary server.")
@click.option("--force", is_flag=True, help="Replace the content of the database.")
@data_dir_option
@config_option
def restore_command(file: Path, verify: bool, force: bool, data_dir: Path | None, config_file: Path | None) -> None:
    """Restore a backup into an empty database, or with --force into any.

    Stop the services first. The whole file is checked before the database is changed.
    """
    settings = settings_with(config_file, data_dir)
    header = check_file(file)
    if verify:
        _verify(file, {})
        return
    if "shards" in settings.install.model_fields_set and settings.install.shards != header["shards"]:
        raise BackupError(
            f"{file}: has {header['shards']} shards, but install.shards is {settings.install.shards}; change it"
        )
    with target_database(settings) as database:
        rows = asyncio.run(restore(database, file, migration_of(database), force=force))
    click.echo(f"Restored {sum(rows.values()):,} rows of {len(rows)} tables, as of {header['created_at']}")


def _verify(file: Path, expected: Mapping[str, int]) -> None:
    with temporary_database() as database:
        rows = asyncio.run(restore(database, file, migration_of(database)))
    if expected and rows != expected:
        raise BackupError(f"{file}: row counts differ from the database; create a new backup")
    click.echo(f"Verified {file}: restored into a temporary server with all rows")
