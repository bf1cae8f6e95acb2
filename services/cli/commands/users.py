"""`pyuniqvisit users …`."""

from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.passwords import password_option, read_password
from services.cli.show.output import Column, output_option, show_one, show_rows

_COLUMNS = (
    Column("username", "User"),
    Column("is_admin", "Administrator"),
    Column("disabled", "Disabled"),
    Column("second_factor", "Second factor"),
    Column("sites", "Sites"),
    Column("created_at", "Since"),
)


@click.group("users")
def users_command() -> None:
    """Manage users (administrators only).

    \b
    Examples:
      pyuniqvisit users create alice
      pyuniqvisit sites add-member shop alice     let her see the site `shop`
      pyuniqvisit users disable alice        shut her out, and keep the account
    """


@users_command.command("list")
@output_option
@with_client
def list_users(client: Client, output: str) -> None:
    """List all users."""
    answer = client.get("/users")
    show_rows(output, answer, _COLUMNS, answer["users"], "there are no users")


@users_command.command("create")
@click.argument("username")
@click.option("--admin", is_flag=True, help="Make an administrator, who manages everything.")
@password_option
@with_client
def create_user(client: Client, username: str, admin: bool, password_stdin: bool) -> None:
    """Make the user USERNAME. Asks for the password."""
    password = read_password(f"Password for {username}", password_stdin, confirm=True)
    client.call("POST", "/users", {"username": username, "password": password, "is_admin": admin})
    click.echo(f"{username} can log in now")


@users_command.command("show")
@click.argument("username")
@output_option
@with_client
def show_user(client: Client, username: str, output: str) -> None:
    """Show USERNAME."""
    show_one(output, client.get(route("users", username)))


@users_command.command("update")
@click.argument("username")
@click.option("--admin/--no-admin", default=None, help="Make an administrator of them, or no longer.")
@click.option("--new-password", is_flag=True, help="Set a new password. Asks for it; every login of theirs ends.")
@click.option("--no-second-factor", is_flag=True, help="Take the second factor away, for somebody who lost it.")
@password_option
@with_client
def update_user(
    client: Client,
    username: str,
    admin: bool | None,
    new_password: bool,
    no_second_factor: bool,
    password_stdin: bool,
) -> None:
    """Change what is given, and leave the rest."""
    changes: dict[str, Any] = {}
    if admin is not None:
        changes["is_admin"] = admin
    if no_second_factor:
        changes["second_factor"] = False
    if new_password or password_stdin:
        changes["password"] = read_password(f"New password for {username}", password_stdin, confirm=True)
    if not changes:
        raise click.UsageError("say what to change; see --help")
    client.call("PATCH", route("users", username), changes)
    click.echo(f"{username} is changed")


@users_command.command("disable")
@click.argument("username")
@with_client
def disable_user(client: Client, username: str) -> None:
    """Shut USERNAME out at once, and keep the account. `users enable` lets them in again."""
    client.call("PATCH", route("users", username), {"disabled": True})
    click.echo(f"{username} is disabled")


@users_command.command("enable")
@click.argument("username")
@with_client
def enable_user(client: Client, username: str) -> None:
    """Let a disabled USERNAME in again."""
    client.call("PATCH", route("users", username), {"disabled": False})
    click.echo(f"{username} can log in again")


@users_command.command("delete")
@click.argument("username")
@click.confirmation_option(prompt="Delete this user?", help="Do not ask.")
@with_client
def delete_user(client: Client, username: str) -> None:
    """Delete USERNAME. Their sites stay."""
    client.call("DELETE", route("users", username))
    click.echo(f"{username} is deleted")
