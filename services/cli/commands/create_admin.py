"""`pyuniqvisit create-admin`."""

import asyncio
from pathlib import Path

import click

from common.clock import system_clock, utc
from common.config import admin_password
from common.store import connect
from common.store.accounts import create_admin
from services.cli.database import find_database
from services.cli.errors import CliError
from services.cli.options import config_option, data_dir_option, settings_with


@click.command("create-admin")
@click.argument("username")
@data_dir_option
@config_option
def create_admin_command(username: str, data_dir: Path | None, config_file: Path | None) -> None:
    """Make USERNAME an administrator: somebody who manages all sites and users.

    Asks for the password, or takes it from PYUNIQVISIT_ADMIN_PASSWORD. Works on the database of database.url, else on
    the one that `pyuniqvisit up` runs on this machine.
    """
    database = find_database(settings_with(config_file, data_dir))
    password = admin_password() or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not asyncio.run(_create(database, username, password)):
        raise CliError(f"a user named {username} exists already")
    click.echo(f"{username} can log in now")


async def _create(database: str, username: str, password: str) -> bool:
    connection = await connect(database)
    try:
        return await create_admin(connection, username, password, utc(system_clock()))
    except ValueError as error:
        raise CliError(str(error)) from None
    finally:
        await connection.close()
