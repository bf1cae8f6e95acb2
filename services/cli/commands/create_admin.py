"""`pyuniqvisit create-admin`."""

import asyncio
from pathlib import Path

import click

from common.clock import system_clock, utc
from common.config import admin_password
from common.store import connect
from common.store.accounts import create_admin
from services.cli.errors import CliError
from services.cli.settings import config_option, data_dir_option, find_database, settings_with


@click.command("create-admin")
@click.argument("username")
@data_dir_option
@config_option
def create_admin_command(username: str, data_dir: Path | None, config_file: Path | None) -> None:
    """Create the administrator USERNAME, who manages all sites and users.

    Prompts for the password, unless PYUNIQVISIT_ADMIN_PASSWORD is set. Uses the database of database.url, else the one
    that `pyuniqvisit up` runs on this machine.
    """
    database = find_database(settings_with(config_file, data_dir))
    password = admin_password() or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not asyncio.run(_create(database, username, password)):
        raise CliError(f"user {username} already exists; choose another name")
    click.echo(f"Created administrator {username}")


async def _create(database: str, username: str, password: str) -> bool:
    connection = await connect(database)
    try:
        return await create_admin(connection, username, password, utc(system_clock()))
    except ValueError as error:
        raise CliError(str(error)) from None
    finally:
        await connection.close()
