"""`pyuniqvisit demo-data`."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from services.cli.database import find_database
from services.cli.demo_data.fill import BEACONS_A_VISIT, VISITS, Story, fill
from services.cli.options import config_option, data_dir_option, settings_with
from services.cli.redis import find_redis


@click.command("demo-data")
@click.option(
    "--visits", type=click.IntRange(100, 5_000_000), default=VISITS, show_default=True, help="How many, about."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--again", is_flag=True, help="Also where the site has such a past already.")
@data_dir_option
@config_option
def demo_data_command(visits: int, seed: int, again: bool, data_dir: Path | None, config_file: Path | None) -> None:
    """Give the demo site a year of made-up visits, to see what a living dashboard looks like.

    They go where real beacons go, through the streams and the worker, so everything that counts them is the real thing.
    Works on the install that `pyuniqvisit up` runs here, or on database.url and redis.url.
    """
    settings = settings_with(config_file, data_dir)
    install = find_database(settings), find_redis(settings)
    console = Console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("a year goes by", total=visits * BEACONS_A_VISIT)
        story = Story(visits, seed)
        sent = asyncio.run(fill(*install, story, lambda count: bar.advance(task, count), again=again))
    click.echo(f"the demo site has a past: {sent:,} beacons of about {visits:,} visits")
