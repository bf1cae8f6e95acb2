"""`pyuniqvisit demo-data`."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from services.cli.demo_data.fill import BEACONS_PER_VISIT, DEFAULT_VISITS, fill
from services.cli.settings import config_option, data_dir_option, find_database, find_redis, settings_with


@click.command("demo-data")
@click.option(
    "--visits",
    type=click.IntRange(100, 5_000_000),
    default=DEFAULT_VISITS,
    show_default=True,
    help="Approximate number of visits.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Seed of the generator; the same seed generates the same visits.",
)
@click.option("--again", is_flag=True, help="Add visits even if the site already has demo data.")
@data_dir_option
@config_option
def demo_data_command(visits: int, seed: int, again: bool, data_dir: Path | None, config_file: Path | None) -> None:
    """Add a year of generated visits to the demo site.

    They are processed like real beacons, by the streams and the worker. Uses the install that `pyuniqvisit up` runs on
    this machine, or database.url and redis.url.
    """
    settings = settings_with(config_file, data_dir)
    database, redis = find_database(settings), find_redis(settings)
    console = Console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("sending", total=visits * BEACONS_PER_VISIT)
        sent = asyncio.run(fill(database, redis, visits, seed, lambda count: bar.advance(task, count), again=again))
    click.echo(f"Added {sent:,} beacons of about {visits:,} visits to the demo site")
