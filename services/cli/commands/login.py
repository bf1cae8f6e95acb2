"""`pyuniqvisit login`, `logout` and `whoami`."""

from pathlib import Path

import click

from services.cli.client import Client
from services.cli.client.options import api_option, client_of, with_client
from services.cli.options import config_option, data_dir_option, settings_with
from services.cli.passwords import password_option, read_password
from services.cli.show.output import output_option, show_one


@click.command("login")
@click.argument("username")
@click.option("--code", metavar="CODE", help="The six digits of your second factor.  [default: asked for when needed]")
@password_option
@api_option
@data_dir_option
@config_option
def login_command(
    username: str,
    code: str | None,
    password_stdin: bool,
    api_url: str | None,
    data_dir: Path | None,
    config_file: Path | None,
) -> None:
    """Log in as USERNAME, for the commands that follow.

    The login is kept in your configuration directory, in a file that only you can read, until `logout`. The password
    is kept nowhere.

    \b
    Examples:
      pyuniqvisit login admin
      pyuniqvisit login alice --api https://stats.example.com --password-stdin < password.txt
    """
    client = client_of(settings_with(config_file, data_dir), api_url, new_login=True)
    password = read_password(f"Password of {username}", password_stdin)
    client.log_in(username, password, lambda: code or str(click.prompt("Code", err=True)))
    click.echo(f"logged in as {username} at {client.url}")


@click.command("logout")
@with_client
def logout_command(client: Client) -> None:
    """End the login, here and at the API."""
    client.log_out()
    click.echo("logged out")


@click.command("whoami")
@output_option
@with_client
def whoami_command(client: Client, output: str) -> None:
    """Show who is logged in, and where."""
    show_one(output, {"api": client.url} | client.get("/me"))
