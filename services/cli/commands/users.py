"""`pyuniqvisit users …`."""

from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import TableColumn, output_option, show_one, show_rows
from services.cli.terminal import password_option, read_password

_COLUMNS = (
    TableColumn("username", "User"),
    TableColumn("is_admin", "Administrator"),
    TableColumn("disabled", "Disabled"),
    TableColumn("second_factor", "Second factor"),
    TableColumn("sites", "Sites"),
    TableColumn("created_at", "Created"),
)


@click.group("users")
def users_command() -> None:
    """Manage users (administrators only).

    \b
    Examples:
      pyuniqvisit users create alice
      pyuniqvisit sites add-member shop alice     give her access to the site `shop`
      pyuniqvisit users disable alice             block her logins, but keep the account
    """


@users_command.command("list")
@output_option
@with_client
def list_users(client: ApiClient, output: str) -> None:
    """List all users."""
    response = client.get("/users")
    show_rows(output, response, _COLUMNS, response["users"], "No users")


@users_command.command("create")
@click.argument("username")
@click.option("--admin", is_flag=True, help="Create an administrator.")
@password_option
@with_client
def create_user(client: ApiClient, username: str, admin: bool, password_stdin: bool) -> None:
    """Create the user USERNAME; prompts for the password."""
    password = read_password(f"Password for {username}", password_stdin, confirm=True)
    client.call("POST", "/users", {"username": username, "password": password, "is_admin": admin})
    click.echo(f"Created user {username}")


@users_command.command("show")
@click.argument("username")
@output_option
@with_client
def show_user(client: ApiClient, username: str, output: str) -> None:
    """Show the user USERNAME."""
    show_one(output, client.get(api_path("users", username)))


@users_command.command("update")
@click.argument("username")
@click.option("--admin/--no-admin", default=None, help="Make the user an administrator, or not.")
@click.option("--new-password", is_flag=True, help="Set a new password, which ends all logins; prompts for it.")
@click.option("--no-second-factor", is_flag=True, help="Remove the second factor, for a user who lost it.")
@password_option
@with_client
def update_user(
    client: ApiClient,
    username: str,
    admin: bool | None,
    new_password: bool,
    no_second_factor: bool,
    password_stdin: bool,
) -> None:
    """Change the given settings of the user USERNAME."""
    changes: dict[str, Any] = {}
    if admin is not None:
        changes["is_admin"] = admin
    if no_second_factor:
        changes["second_factor"] = False
    if new_password or password_stdin:
        changes["password"] = read_password(f"New password for {username}", password_stdin, confirm=True)
    if not changes:
        raise click.UsageError("Use at least one option; see --help.")
    client.call("PATCH", api_path("users", username), changes)
    click.echo(f"Updated user {username}")


@users_command.command("disable")
@click.argument("username")
@with_client
def disable_user(client: ApiClient, username: str) -> None:
    """Disable the account of USERNAME immediately; `users enable` enables it again."""
    client.call("PATCH", api_path("users", username), {"disabled": True})
    click.echo(f"Disabled user {username}")


@users_command.command("enable")
@click.argument("username")
@with_client
def enable_user(client: ApiClient, username: str) -> None:
    """Enable the disabled account of USERNAME."""
    client.call("PATCH", api_path("users", username), {"disabled": False})
    click.echo(f"Enabled user {username}")


@users_command.command("delete")
@click.argument("username")
@click.confirmation_option(prompt="Delete this user?", help="Skip the confirmation.")
@with_client
def delete_user(client: ApiClient, username: str) -> None:
    """Delete the user USERNAME; sites remain."""
    client.call("DELETE", api_path("users", username))
    click.echo(f"Deleted user {username}")
