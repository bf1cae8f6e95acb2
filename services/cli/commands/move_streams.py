"""`pyuniqvisit move-streams`."""

import asyncio
from pathlib import Path

import click
from redis.exceptions import RedisError

from common.config import Settings
from common.connections import close_streams, connect_former_streams, connect_streams
from common.store import connect
from services.cli.errors import CliError
from services.cli.settings import config_option, data_dir_option, find_database, settings_with
from services.cli.streams import MoveStreamsError, move_streams

_TIMEOUT_FACTOR = 20.0
"""Moving a stream takes longer than the usual commands."""


@click.command("move-streams")
@data_dir_option
@config_option
def move_streams_command(data_dir: Path | None, config_file: Path | None) -> None:
    """Move waiting beacons from previous Redis servers to the current ones.

    Set redis.previous_urls to the previous servers, in their order, and redis.shard_urls or redis.url to the current
    ones. Stop the workers, restart the collectors with the new settings, run this command, and start the workers. It is
    safe to repeat.
    """
    try:
        moved = asyncio.run(_run(settings_with(config_file, data_dir)))
    except (MoveStreamsError, RedisError) as error:
        raise CliError(str(error)) from None
    click.echo(f"Moved {moved:,} beacons; the previous servers are empty")


async def _run(settings: Settings) -> int:
    shards, moved = settings.install.shards, 0
    former = connect_former_streams(settings.redis, shards, timeout_factor=_TIMEOUT_FACTOR)
    present = connect_streams(settings.redis, shards, timeout_factor=_TIMEOUT_FACTOR)
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
