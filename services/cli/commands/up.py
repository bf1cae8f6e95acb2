"""`pyuniqvisit up`; `services/cli/up/start.py` has the start sequence, `services/cli/up/migrate.py` the migration."""

import asyncio
from pathlib import Path

import click

from services.cli.settings import config_option, data_dir_option, settings_with
from services.cli.terminal import print_line
from services.cli.up.data_dir import open_data_dir
from services.cli.up.start import run_up

_PORT = click.IntRange(1, 65535)


@click.command("up")
@data_dir_option
@click.option("--api-port", type=_PORT, help="Port of dashboard, demo site and API.  [default: 8000]")
@click.option("--collector-port", type=_PORT, help="Port of the collector.  [default: 8001]")
@click.option("--demo", is_flag=True, help="Add a year of generated visits to the demo site, if it has none.")
@config_option
def up_command(
    data_dir: Path | None, api_port: int | None, collector_port: int | None, demo: bool, config_file: Path | None
) -> None:
    """Run everything on this machine until Ctrl-C.

    Starts embedded PostgreSQL and Valkey servers in the data directory (unless database.url and redis.url are set),
    migrates the database, and starts collector, worker and API. Processes that end unexpectedly are restarted.

    The first start creates the administrator `admin` with the password from PYUNIQVISIT_ADMIN_PASSWORD, or with a
    generated one that is printed once.

    \b
    Examples:
      pyuniqvisit up
      pyuniqvisit up --data-dir /srv/pyuniqvisit --api-port 9000 --collector-port 9001
    """
    settings = settings_with(config_file, data_dir, api_port, collector_port)
    with open_data_dir(settings.data_dir) as data:
        asyncio.run(run_up(settings, data, config_file, print_line, demo=demo))
