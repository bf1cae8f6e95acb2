"""`pyuniqvisit up`."""

import asyncio
from pathlib import Path

import click

from services.cli.options import config_option, data_dir_option, settings_with
from services.cli.terminal import say
from services.cli.up.data_dir import open_data_dir
from services.cli.up.run import run_up

_PORT = click.IntRange(1, 65535)


@click.command("up")
@data_dir_option
@click.option("--api-port", type=_PORT, help="Dashboard, demo site and API.  [default: 8000]")
@click.option("--collector-port", type=_PORT, help="Where pages send their beacons.  [default: 8001]")
@click.option("--demo", is_flag=True, help="Give the demo site a year of made-up visits, unless it has a past.")
@config_option
def up_command(
    data_dir: Path | None, api_port: int | None, collector_port: int | None, demo: bool, config_file: Path | None
) -> None:
    """Run everything on this machine, until Ctrl-C.

    Starts a PostgreSQL and a Valkey of its own under the data directory (unless database.url and redis.url name
    others), brings the tables up to date, starts collector, worker and API, and prints what to open. What ends by
    accident is started again.

    The first start makes the administrator `admin`: with the password of PYUNIQVISIT_ADMIN_PASSWORD if that is set,
    else with a random one that is printed once.

    \b
    Examples:
      pyuniqvisit up
      pyuniqvisit up --data-dir /srv/pyuniqvisit --api-port 9000 --collector-port 9001
    """
    settings = settings_with(config_file, data_dir, api_port, collector_port)
    with open_data_dir(settings.data_dir) as data:
        asyncio.run(run_up(settings, data, config_file, say, demo=demo))
