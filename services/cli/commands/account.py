"""`pyuniqvisit account …`."""

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import TableColumn, output_option, show_rows
from services.cli.terminal import read_password

_SESSIONS = (
    TableColumn("id", "ID"),
    TableColumn("client", "Client"),
    TableColumn("created_at", "Logged in"),
    TableColumn("refreshed_at", "Last used"),
    TableColumn("current", "Current"),
)


@click.group("account")
def account_command() -> None:
    """Manage your account: password, second factor and logins.

    \b
    Examples:
      pyuniqvisit account password
      pyuniqvisit account sessions           list your logins
    """


@account_command.command("password")
@click.option(
    "--password-stdin", is_flag=True, help="Read the current and the new password from two lines of standard input."
)
@with_client
def change_password(client: ApiClient, password_stdin: bool) -> None:
    """Change your password and end your other logins."""
    current = read_password("Current password", password_stdin)
    new = read_password("New password", password_stdin, confirm=True)
    client.call("PUT", "/me/password", {"old_password": current, "new_password": new})
    click.echo("Password changed")


@account_command.command("sessions")
@output_option
@with_client
def list_sessions(client: ApiClient, output: str) -> None:
    """List your logins."""
    response = client.get("/me/sessions")
    show_rows(output, response, _SESSIONS, response["sessions"], "No logins")


@account_command.command("end-session")
@click.argument("session_id", metavar="ID")
@with_client
def end_session(client: ApiClient, session_id: str) -> None:
    """End the login with this ID, for example of a lost device."""
    client.call("DELETE", api_path("me", "sessions", session_id))
    click.echo("Login ended")


@account_command.command("second-factor")
@click.argument("state", type=click.Choice(["on", "off"]))
@with_client
def second_factor(client: ApiClient, state: str) -> None:
    """Turn the second factor, a code from an authenticator app, on or off."""
    if state == "off":
        client.call("DELETE", "/me/totp")
        click.echo("Second factor turned off")
        return
    enrollment = client.call("POST", "/me/totp")
    click.echo(
        f"Add this secret to your authenticator app:\n\n  {enrollment['secret']}\n  {enrollment['uri']}\n", err=True
    )
    client.call("POST", "/me/totp/confirm", {"code": click.prompt("Code", err=True)})
    click.echo("Second factor turned on")
