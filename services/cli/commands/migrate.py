"""`pyuniqvisit migrate`."""

import asyncio
from pathlib import Path

import click

from common.config import environment_for_child
from services.cli.settings import config_option, data_dir_option, find_database, settings_with
from services.cli.up.migrate import migrate


@click.command("migrate")
@data_dir_option
@config_option
@click.option("--pre", is_flag=True, help="Apply only migrations that the previous version can work with.")
def migrate_command(data_dir: Path | None, config_file: Path | None, pre: bool) -> None:
    """Migrate the database to the schema of this version.

    `up` does this at every start. With your own servers, run it before you start the services of a new version. To
    upgrade without downtime, run it with --pre while the previous version is running, and without it when the previous
    version has stopped. It waits only a few seconds for locks and is safe to repeat.
    """
    settings = settings_with(config_file, data_dir)
    child_settings = {"install.shards": str(settings.install.shards)}
    if settings.database.url is None:
        child_settings["database.url"] = find_database(settings)
    if config_file:
        child_settings["config"] = str(config_file)
    asyncio.run(migrate(environment_for_child(child_settings), *(["--pre"] if pre else [])))
    click.echo("The database is up to date")
