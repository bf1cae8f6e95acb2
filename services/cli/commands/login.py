"""`pyuniqvisit login`, `logout` and `whoami`."""

from pathlib import Path

import click

from services.cli.client import ApiClient
from services.cli.client.options import api_option, create_client, with_client
from services.cli.output.formats import output_option, show_one
from services.cli.settings import config_option, data_dir_option, settings_with
from services.cli.terminal import password_option, read_password


@click.command("login")
@click.argument("username")
@click.option("--code", metavar="CODE", help="Code of your second factor.  [default: prompt if needed]")
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
    """Log in as USERNAME.

    The login is stored in your configuration directory, in a file that only you can read, until `logout`. The password
    is not stored.

    \b
    Examples:
      pyuniqvisit login admin
      pyuniqvisit login alice --api https://stats.example.com --password-stdin < password.txt
    """
    client = create_client(settings_with(config_file, data_dir), api_url, new_login=True)
    password = read_password(f"Password for {username}", password_stdin)
    client.log_in(username, password, lambda: code or str(click.prompt("Code", err=True)))
    click.echo(f"Logged in as {username} at {client.url}")


@click.command("logout")
@with_client
def logout_command(client: ApiClient) -> None:
    """Log out and end the login at the API."""
    client.log_out()
    click.echo("Logged out")


@click.command("whoami")
@output_option
@with_client
def whoami_command(client: ApiClient, output: str) -> None:
    """Show the current user and the API."""
    show_one(output, {"api": client.url} | client.get("/me"))
