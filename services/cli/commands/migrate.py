"""`pyuniqvisit migrate`."""

import asyncio
from pathlib import Path

import click

from common.config import environment_for_child
from services.cli.database import find_database
from services.cli.options import config_option, data_dir_option, settings_with
from services.cli.up.first_run import migrate


@click.command("migrate")
@data_dir_option
@config_option
@click.option("--pre", is_flag=True, help="Only what services of the version before can work with as well.")
def migrate_command(data_dir: Path | None, config_file: Path | None, pre: bool) -> None:
    """Bring the database's tables up to date.

    `up` does this at each start. With servers of your own, run it before the services of a new version: with --pre
    where those of the old one still run, and once more without it when they have ended. It waits for locks for no more
    than a few seconds, and can be repeated.
    """
    settings = settings_with(config_file, data_dir)
    handed_over = {"install.shards": str(settings.install.shards)}
    if settings.database.url is None:
        handed_over["database.url"] = find_database(settings)
    if config_file:
        handed_over["config"] = str(config_file)
    asyncio.run(migrate(environment_for_child(handed_over), *(["--pre"] if pre else [])))
    click.echo("the database is up to date")
