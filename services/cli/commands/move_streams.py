"""`pyuniqvisit move-streams`."""

import asyncio
from pathlib import Path

import click
from redis.exceptions import RedisError

from common.config import Settings
from common.connections import close_streams, connect_former_streams, connect_streams
from common.store import connect
from services.cli.database import find_database
from services.cli.errors import CliError
from services.cli.options import config_option, data_dir_option, settings_with
from services.cli.streams import CannotMoveError, move_streams

_PATIENCE = 20.0


@click.command("move-streams")
@data_dir_option
@config_option
def move_streams_command(data_dir: Path | None, config_file: Path | None) -> None:
    """Bring waiting beacons from former Redis servers to the present ones.

    redis.previous_urls names the servers that had the streams, in their order; redis.shard_urls, or redis.url, those
    that have them now. Stop the workers, restart the collectors with the new settings, run this, and start the
    workers. It can be repeated.
    """
    try:
        moved = asyncio.run(_run(settings_with(config_file, data_dir)))
    except (CannotMoveError, RedisError) as error:
        raise CliError(str(error)) from None
    click.echo(f"{moved:,} beacons moved; nothing waits on the former servers")


async def _run(settings: Settings) -> int:
    shards, moved = settings.install.shards, 0
    former = connect_former_streams(settings.redis, shards, timeout_factor=_PATIENCE)
    present = connect_streams(settings.redis, shards, timeout_factor=_PATIENCE)
    connection = await connect(find_database(settings))
    try:
        async for each in move_streams(connection, former, present, shards):
            click.echo(f"shard {each.shard}: {each.beacons:,} beacons")
            moved += each.beacons
    finally:
        await connection.close()
        await close_streams(former)
        await close_streams(present)
    return moved
