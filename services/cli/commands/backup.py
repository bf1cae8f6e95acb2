"""`pyuniqvisit backup` and `pyuniqvisit restore`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from common.clock import system_clock, utc
from services.cli.backup.dump import back_up
from services.cli.backup.errors import BackupError
from services.cli.backup.file import check_file
from services.cli.backup.place import migrations_of, scratch, source, target
from services.cli.backup.restore import restore
from services.cli.options import config_option, data_dir_option, settings_with

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command("backup")
@_file
@click.option("--verify", is_flag=True, help="Restore it into a server of its own afterwards, and compare.")
@click.option("--overwrite", is_flag=True, help="Replace FILE where it exists.")
@data_dir_option
@config_option
def backup_command(file: Path, verify: bool, overwrite: bool, data_dir: Path | None, config_file: Path | None) -> None:
    """Write the whole database into FILE, while everything runs or while nothing does.

    Not in it: the salts, which are in Redis on purpose, your settings, and beacons that still wait in Redis.
    """
    if file.exists() and not overwrite:
        raise BackupError(f"{file}: exists; --overwrite replaces it")
    with source(settings_with(config_file, data_dir)) as database:
        rows = asyncio.run(back_up(database, file, utc(system_clock())))
    click.echo(f"{file}: {sum(rows.values()):,} rows of {len(rows)} tables, {file.stat().st_size:,} bytes")
    if verify:
        _verify(file, rows)


@click.command("restore")
@_file
@click.option("--verify", is_flag=True, help="Touch nothing: restore into a server of its own, and compare.")
@click.option("--force", is_flag=True, help="Replace what is in the database.")
@data_dir_option
@config_option
def restore_command(file: Path, verify: bool, force: bool, data_dir: Path | None, config_file: Path | None) -> None:
    """Put a backup into an empty database, or, with --force, into any.

    The services must not run meanwhile. The whole file is checked before anything is touched.
    """
    settings = settings_with(config_file, data_dir)
    facts = check_file(file)
    if verify:
        _verify(file, {})
        return
    if "shards" in settings.install.model_fields_set and settings.install.shards != facts["shards"]:
        raise BackupError(f"{file}: has {facts['shards']} shards, and install.shards says {settings.install.shards}")
    with target(settings) as database:
        rows = asyncio.run(restore(database, file, migrations_of(database), force=force))
    click.echo(f"{sum(rows.values()):,} rows of {len(rows)} tables restored, as of {facts['made_at']}")


def _verify(file: Path, expected: Mapping[str, int]) -> None:
    with scratch() as database:
        rows = asyncio.run(restore(database, file, migrations_of(database)))
    if expected and rows != expected:
        raise BackupError(f"{file}: does not have what the database had")
    click.echo(f"{file}: verified: restored into an empty server, every table has its rows")
